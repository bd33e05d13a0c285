/**
 * This package provides read access to MongoDB. It has a client with short timeouts for requests and one with a long
 * timeout for jobs, a circuit breaker that rejects reads at once while MongoDB is unavailable, and the choice of the
 * generation that serves reads.
 *
 * <pre>
 *   circuit breaker:  closed ──half of the last calls failed──> open ──1 s──> half open ──one call succeeds──> closed
 *                                                               ^── one fails ───┘
 *   generation:  serving n ──record lists m──> waits until m's journals are not below n's, at most 5 s ──> serving m
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.mongo;

import org.jspecify.annotations.NullMarked;
