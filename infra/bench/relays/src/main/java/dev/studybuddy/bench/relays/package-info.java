/**
 * This package measures relays from an outbox to Kafka, one after the other on the same two servers.
 *
 * <p>It measures how fast a backlog drains, how late an event is at offered rates and how much CPU time an event costs.
 * It then counts the events that are missing or out of order, and the repeats.
 */
@NullMarked
package dev.studybuddy.bench.relays;

import org.jspecify.annotations.NullMarked;
