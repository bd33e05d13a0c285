/**
 * This package runs the sink task of the MongoDB Kafka connector, on a class path of its own, for the projector
 * benchmark.
 */
@NullMarked
package dev.studybuddy.bench.connector;

import org.jspecify.annotations.NullMarked;
