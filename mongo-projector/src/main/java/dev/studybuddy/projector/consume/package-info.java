/**
 * Answers for the way from a topic to a journal: one consumer for each generation, a lane for each of its partitions.
 *
 * <pre>
 *   assigned ──▶ PAUSED ──(recover: journal read, plan done again, seek to hi)──▶ FLOWING
 *                  ▲                                                               │
 *                  └── batch failed, MongoDB away, decided elsewhere (backoff) ────┘
 * </pre>
 *
 * <p>Only the poll loop touches the consumer. A lane's work runs on one of a few workers at a time, and the loop waits
 * for all of a round, so that a partition that is taken away has nothing under way.
 */
@NullMarked
package dev.studybuddy.projector.consume;

import org.jspecify.annotations.NullMarked;
