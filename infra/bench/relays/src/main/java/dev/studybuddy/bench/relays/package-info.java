/**
 * Measures relays from an outbox to Kafka, each alone and one after the other on the same two servers: how fast a backlog
 * drains, how late an event is at offered rates, what it costs, and whether all came once and in order.
 */
@NullMarked
package dev.studybuddy.bench.relays;

import org.jspecify.annotations.NullMarked;
