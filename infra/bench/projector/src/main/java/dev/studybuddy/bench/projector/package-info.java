/**
 * This package measures programs that copy events from Kafka into MongoDB, one after the other on the same two servers.
 *
 * <p>It measures how fast a backlog drains, how late a mirror is at offered rates, how the duration of a rebuild grows
 * and how much CPU time an event costs. It then compares MongoDB's documents with a plain model.
 */
@NullMarked
package dev.studybuddy.bench.projector;

import org.jspecify.annotations.NullMarked;
