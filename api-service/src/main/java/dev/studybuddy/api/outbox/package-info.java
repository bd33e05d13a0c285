/**
 * This package writes events into the outbox. It also reads and changes rows of the outbox for operators and jobs. A
 * row is inserted in the transaction of its change, and the publishers get a wake-up after the commit.
 *
 * <pre>
 *   append ── commit ── shard's bit set ──> [wake-up thread] ── one datagram to each live publisher
 *      └──── rollback ──> nothing           (bits accumulate while it sends; a poll replaces a lost datagram)
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.outbox;

import org.jspecify.annotations.NullMarked;
