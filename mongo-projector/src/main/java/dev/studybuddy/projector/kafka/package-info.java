/** This package accesses Kafka: it creates consumers, inspects topics and checks whether a broker answers. */
@NullMarked
package dev.studybuddy.projector.kafka;

import org.jspecify.annotations.NullMarked;
