/** This package accesses Kafka: offsets, record timestamps, replays. */
@NullMarked
package dev.studybuddy.api.kafka;

import org.jspecify.annotations.NullMarked;
