/**
 * This package sends records to Kafka. It also checks topics, and classifies an error as a fault of the record, of its
 * topic, or of the broker.
 *
 * <pre>
 *   topic: UNKNOWN ──checked──▶ READY ◀──corrected──▶ BLOCKED (absent, no topic name, compacted, another partition count, not allowed)
 * </pre>
 *
 * A separate thread checks the topics. A send reads the result of the last check. The state is UNREACHABLE only while the
 * brokers answer about no topic. A topic that is weaker than the settings is READY and reported. The state of a
 * dead-letter topic does not block events: without it, no copy is sent.
 */
@NullMarked
package dev.studybuddy.publisher.kafka;

import org.jspecify.annotations.NullMarked;
