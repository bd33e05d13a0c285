/**
 * Answers for the way from a topic to a journal: one consumer for each generation, a lane for each of its partitions.
 *
 * <pre>
 *   assigned ──▶ PAUSED ──(recover: journal read, plan done again, seek to hi)──▶ FLOWING
 *                  ▲                                                               │
 *                  └── batch failed, MongoDB away, decided elsewhere (backoff) ────┘
 * </pre>
 *
 * <p>Only the poll loop touches the consumer, and it never waits for a worker but when a partition is taken away: then that lane
 * is stopped, and what is under way ends first. A lane's work runs on one worker at a time. Records wait in lanes, bounded for
 * each and for all together; what is polled for a lane whose position is unknown is dropped, and polled again after the seek.
 */
@NullMarked
package dev.studybuddy.projector.consume;

import org.jspecify.annotations.NullMarked;
