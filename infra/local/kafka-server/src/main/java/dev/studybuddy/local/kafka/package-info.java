/** A real Kafka broker with its controller, in one process, on loopback. */
@NullMarked
package dev.studybuddy.local.kafka;

import org.jspecify.annotations.NullMarked;
