/** This package runs a Kafka broker together with its controller in one process that listens on loopback. */
@NullMarked
package dev.studybuddy.local.kafka;

import org.jspecify.annotations.NullMarked;
