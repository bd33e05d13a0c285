/**
 * This package sends records to Kafka. It also checks topics, and classifies an error as a fault of the record, of its
 * topic, or of the broker.
 *
 * <pre>
 *   topic: UNKNOWN ──checked──▶ READY ◀──corrected──▶ BLOCKED (absent, compacted, another partition count, not allowed)
 * </pre>
 *
 * A separate thread checks the topics. A send reads the result of the last check.
 */
@NullMarked
package dev.studybuddy.publisher.kafka;

import org.jspecify.annotations.NullMarked;
