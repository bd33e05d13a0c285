/**
 * Answers for Kafka: records, topics, and what an error means for a record, its topic or all.
 *
 * <pre>
 *   topic: UNKNOWN ──checked──▶ READY ◀──put right──▶ BLOCKED (absent, compacted, another partition count, not allowed)
 * </pre>
 *
 * Topics are checked on a thread of their own; a send reads what it last found.
 */
@NullMarked
package dev.studybuddy.publisher.kafka;

import org.jspecify.annotations.NullMarked;
