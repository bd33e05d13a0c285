/**
 * This package sends records to Kafka. It also checks topics, and classifies an error as a fault of the record, of its
 * topic, or of its partition.
 *
 * <pre>
 *   UNCHECKED ──checked──▶ READY or BLOCKED (absent, compacted, another partition count, denied)
 *   READY ──no longer meets the requirements──▶ BLOCKED ──meets the requirements again──▶ READY
 * </pre>
 *
 * <p>A separate thread checks the topics. A send reads the result of the last check. A listed topic becomes UNREACHABLE
 * only if the brokers answer about no listed topic, and another topic only if they answer about no topic. A topic that
 * is weaker than the settings is READY, and the publisher reports it. The state of a dead-letter topic blocks no
 * events: without the topic, no copy of a dead letter is sent.
 */
@NullMarked
package dev.studybuddy.publisher.kafka;

import org.jspecify.annotations.NullMarked;
