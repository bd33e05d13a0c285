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
 * How MongoDB is read, under {@code studybuddy.mongo}.
 *
 * @param selectionTimeout how long a request waits for a server to be there
 * @param readTimeout how long a request waits for one answer
 * @param jobTimeout the same two for jobs
 * @param concurrentReads how many requests may read at a time; the next is refused at once
 * @param generationCache how long the record of generations is believed
 * @param switchWait how long an instance waits for a new generation to catch up with the old one
 */
@Validated
@ConfigurationProperties("studybuddy.mongo")
public record MongoReadProperties(
        @DefaultValue("800ms") @DurationMin(millis = 50) Duration selectionTimeout,
        @DefaultValue("1200ms") @DurationMin(millis = 50) Duration readTimeout,
        @DefaultValue("30s") @DurationMin(seconds = 1) Duration jobTimeout,
        @DefaultValue("64") @Min(1) @Max(1000) int concurrentReads,
        @DefaultValue("1s") @DurationMax(seconds = 1) Duration generationCache,
        @DefaultValue("5s") @DurationMax(seconds = 5) Duration switchWait) {

    /** Together they must leave time for the answer from CockroachDB. */
    @AssertTrue(message = "studybuddy.mongo.selection-timeout + studybuddy.mongo.read-timeout must be at most 2s")
    public boolean isTimeLeftForFallback() {
        return selectionTimeout.plus(readTimeout).compareTo(Duration.ofSeconds(2)) <= 0;
    }
}
