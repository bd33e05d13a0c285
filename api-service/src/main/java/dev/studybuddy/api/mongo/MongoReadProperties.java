package dev.studybuddy.api.mongo;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the settings of reads from MongoDB under {@code studybuddy.mongo}.
 *
 * @param selectionTimeout A client waits at most this long for a MongoDB server, and likewise for a connection. A
 *     longer timeout delays the fallback to CockroachDB while MongoDB is unavailable. Together with the read timeout it
 *     must be at most 2 s.
 * @param readTimeout A request waits at most this long for one answer of MongoDB, including the wait for a server and a
 *     connection. A longer timeout permits slower queries and delays the fallback to CockroachDB.
 * @param jobTimeout A background job waits at most this long for one answer of MongoDB. A longer timeout permits slower
 *     queries and delays the report of an outage. Server selection for jobs has a fixed timeout of 2 s.
 * @param concurrentReads At most this many requests of one instance read MongoDB at a time; a further read waits 250 ms
 *     at most and is then answered with 503. A greater value permits more load on MongoDB and opens more connections.
 * @param generationCache An instance reads the generation record again after this time. A longer time saves reads of
 *     MongoDB and delays the effect of an activation.
 * @param activationWait After an activation, an instance waits at most this long until the new generation has reached
 *     the position of the old one. A longer wait keeps reads on the old generation for longer if the new one is behind.
 */
@Validated
@ConfigurationProperties("studybuddy.mongo")
record MongoReadProperties(
        @DefaultValue("800ms") @DurationMin(millis = 50) Duration selectionTimeout,
        @DefaultValue("1200ms") @DurationMin(millis = 50) Duration readTimeout,
        @DefaultValue("30s") @DurationMin(seconds = 1) Duration jobTimeout,
        @DefaultValue("64") @Min(1) @Max(1000) int concurrentReads,
        @DefaultValue("1s") @DurationMax(seconds = 1) Duration generationCache,
        @DefaultValue("5s") @DurationMax(seconds = 5) Duration activationWait) {

    /** Returns whether the two timeouts together leave time for the answer from CockroachDB. */
    @AssertTrue(
            message = "The sum of studybuddy.mongo.selection-timeout and studybuddy.mongo.read-timeout must"
                    + " be at most 2s")
    public boolean isTimeLeftForFallback() {
        return selectionTimeout.plus(readTimeout).compareTo(Duration.ofSeconds(2)) <= 0;
    }
}
