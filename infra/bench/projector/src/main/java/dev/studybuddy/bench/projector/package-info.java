/**
 * Measures what carries events from Kafka into MongoDB, each alone and one after the other on the same two servers: how fast
 * a backlog drains, how late a mirror is at offered rates, how a rebuild's time grows, what it costs, and whether MongoDB then
 * holds what a plain model says.
 */
@NullMarked
package dev.studybuddy.bench.projector;

import org.jspecify.annotations.NullMarked;
