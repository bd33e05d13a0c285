package dev.studybuddy.api.operations.deadletter;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** This class distinguishes a record that Kafka never accepts from an outage. */
final class ReplayRefusal {

    private ReplayRefusal() {}

    /** Returns why Kafka, or its client, never accepts the record; null if a later attempt may succeed. */
    static @Nullable String of(KafkaException failed) {
        Throwable cause = failed.getCause();
        boolean permanent = cause instanceof ApiException && !(cause instanceof RetriableException);
        return permanent && cause != null ? cause.getClass().getSimpleName() + ": " + cause.getMessage() : null;
    }
}
