/**
 * This package puts a stack under a load of mixed writes.
 *
 * <p>It measures how long each write takes and when MongoDB shows it.
 *
 * <p>Threads: n clients, each {@code waits until its write is due → writes → records the answer → …} until all numbers
 * are taken; one watcher, {@code takes sampled writes from a bounded queue → reads their mirrors → …} until the clients
 * have ended and every sample is visible or timed out. If the queue is full, the sample is dropped: enough others
 * remain.
 */
@NullMarked
package dev.studybuddy.load;

import org.jspecify.annotations.NullMarked;
