/**
 * Answers for a load of mixed writes: who writes what, how long each took, and when MongoDB showed it.
 *
 * <p>Threads: n clients, each {@code waits until its write is due → writes → notes the answer → …} until the numbers are
 * used up; one watcher, {@code takes sampled writes from a bounded queue → asks for their mirrors → …} until the clients
 * have ended and all that it took is seen or given up. A sample that finds the queue full is dropped: samples are many.
 */
@NullMarked
package dev.studybuddy.bench.load;

import org.jspecify.annotations.NullMarked;
