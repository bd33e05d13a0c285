/**
 * This package publishes the rows of the outbox in rounds of five steps.
 *
 * <pre>
 *   collect ──▶ read ──▶ check ──▶ send ──▶ mark ──▶ wait until the next step is due or a signal arrives ──▶ collect …
 *
 *   collect  applies the results of writes and the outcomes of sends
 *   read     admits deferred aggregates, polled pages and swept pages as far as memory has room
 *   check    reads the predecessors that memory does not confirm
 *   send     sends each ready row if its lease is trusted and its topic and partition are available
 *   mark     submits acknowledged rows as marks, and refused rows as attempts or dead letters
 *
 *   outcome:  acknowledged ──▶ mark
 *             partition unavailable ──▶ its rows leave memory until a probe is acknowledged
 *             topic blocked ──▶ the rows of its type leave memory until a probe is acknowledged or fails because of
 *                               its partition
 *             topic unchecked ──▶ the rows of its type leave memory until a check finds that the topic
 *                               accepts records
 *             type paused ──▶ its rows leave memory until an operator resumes it
 *             refused ──▶ an attempt, or a dead letter after the last attempt
 *             not evaluated, or the producer session ended ──▶ the row waits again
 *
 *   write:    written ──▶ the row leaves memory
 *             failed ──▶ the batch is split, and a row that fails alone is set aside and retried
 *             database unreachable ──▶ the batch is retried as it is
 * </pre>
 *
 * <p>The package {@code ordering} contains the rule that ensures the order. One thread runs the rounds of {@link
 * dev.studybuddy.publisher.publish.PublishLoop}, and a simulation runs their steps one by one. Outcomes and write
 * results arrive in its inbox from any thread. The tables, the sender and the clock are parameters, so that a
 * simulation can drive this code.
 */
@NullMarked
package dev.studybuddy.publisher.publish;

import org.jspecify.annotations.NullMarked;
