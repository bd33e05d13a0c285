/**
 * This package moves records from topics into journals with one consumer for each generation.
 *
 * <pre>
 *   assigned ──▶ WITHOUT POSITION ──(recovery: read the journal, apply its plan, seek to hi)──▶ WITH POSITION
 *                       ▲                                                                            │
 *                       └── failed batch, outage of MongoDB, decision of another instance (backoff) ─┘
 * </pre>
 *
 * <p>Each assigned partition has a partition task. Only the poll loop uses the consumer. The loop waits for a worker
 * only when a partition is revoked or lost: it stops the task of that partition and waits until the work in progress
 * ends. At most one worker at a time runs the work of a task. Records wait in the queues of the tasks; each queue and
 * all queues together are bounded. The loop discards records that it polled for a task without a position, and polls
 * them again after the seek. The decoded records that all tasks together retain for this time are bounded too.
 *
 * <p>An activation changes only whether the runner of a generation is live. The throttle and the traces of the runner
 * read this flag. An activation interrupts no consumer.
 */
@NullMarked
package dev.studybuddy.projector.consume;

import org.jspecify.annotations.NullMarked;
