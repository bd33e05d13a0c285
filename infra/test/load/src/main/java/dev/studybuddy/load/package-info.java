/**
 * This package puts a stack under a load of mixed writes.
 *
 * <p>It measures how long each write takes and when MongoDB shows it.
 *
 * <p>The load uses n client threads. Each of them
 * {@code waits until its write is due → writes → records the answer → …} until all numbers are taken. The thread of the
 * lag sampler {@code takes sampled writes from a bounded queue → reads their mirrors → …} until the clients have ended
 * and every sample is visible or has timed out. If the queue is full, the sample is dropped, because enough other
 * samples remain.
 */
@NullMarked
package dev.studybuddy.load;

import org.jspecify.annotations.NullMarked;
