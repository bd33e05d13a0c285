/**
 * Answers for events: the outbox row is written in the transaction of the change it tells, and publishers are woken
 * after the commit.
 *
 * <pre>
 *   append ── commit ── shard's bit set ──> [wake-up thread] ── one datagram to each live publisher
 *      └──── rollback ──> nothing           (bits gather while it sends; a lost datagram costs a poll interval)
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.outbox;

import org.jspecify.annotations.NullMarked;
