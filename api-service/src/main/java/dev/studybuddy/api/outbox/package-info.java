/**
 * This package writes events into the outbox. A row is inserted in the transaction of its change, and the publishers
 * get a wake-up after the commit.
 *
 * <pre>
 *   append ── commit ── shard's bit set ──> [wake-up thread] ── one datagram to each live publisher
 *      └──── rollback ──> nothing           (bits gather while it sends; a lost datagram costs a poll interval)
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.outbox;

import org.jspecify.annotations.NullMarked;
