/**
 * This package sends records to Kafka. It also checks topics, and classifies an error as a fault of the record, of its
 * topic, or of the broker.
 *
 * <pre>
 *   topic: UNCHECKED ──checked──▶ READY ◀──corrected──▶ BLOCKED (absent, compacted, another partition count, denied)
 * </pre>
 *
 * <p>A separate thread checks the topics. A send reads the result of the last check. The state is UNREACHABLE only
 * while the brokers answer about no topic. A topic that is weaker than the settings is READY, and the publisher reports
 * it. The state of a dead-letter topic blocks no events: without the topic, no copy of a dead letter is sent.
 */
@NullMarked
package dev.studybuddy.publisher.kafka;

import org.jspecify.annotations.NullMarked;
