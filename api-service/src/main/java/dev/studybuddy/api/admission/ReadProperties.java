package dev.studybuddy.api.admission;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the limits of concurrent reads under {@code studybuddy.reads}.
 *
 * @param concurrent At most this many requests of one instance read a leaderboard or a report at a time, and each
 *     running write lowers the number by one, but not below a quarter. One caller uses at most half of them, and at
 *     least one. If it is not set, it is twice the number of processors, and at least 4. With a greater value, the
 *     service answers more reads while MongoDB is slow, and writes have fewer processors.
 * @param concurrentLists At most this many requests of one instance list todos, sessions or subjects at a time, and
 *     each running write lowers the number by one, but not below half. One caller uses at most half of them, and at
 *     least one. With a greater value, the service answers more lists while CockroachDB is slow, and writes have fewer
 *     database connections. Together with {@code studybuddy.reads.concurrent-operator-lists} and {@code
 *     studybuddy.reads.concurrent-operator-lists-with-mongodb} it must be less than {@code
 *     spring.datasource.hikari.maximum-pool-size}.
 * @param concurrentOperatorLists At most this many requests of one instance list jobs, audit rows, users, or stuck and
 *     dead-lettered events at a time. One caller uses all of them if no other caller waits. With a greater value, the
 *     service answers more operators at a time, and writes have fewer database connections.
 * @param concurrentOperatorListsWithMongodb At most this many requests of one instance list dead letters or the events
 *     of an aggregate at a time. One caller uses all of them if no other caller waits. These lists read MongoDB too,
 *     and a slow MongoDB delays no other list. With a greater value, the service answers more operators at a time, and
 *     writes have fewer database connections.
 * @param maxWait A read of a leaderboard, a report or a user's list waits at most this long for its start, and is then
 *     answered with 503. With a longer wait, the service rejects fewer reads under load and answers them later.
 * @param operatorListsMaxWait A list of operators waits at most this long for its start, and is then answered with 503.
 *     The wait should be longer than the slowest of these lists, because another operator may use all permits. A longer
 *     wait leaves the list less time within {@code studybuddy.request-deadline}.
 */
@Validated
@ConfigurationProperties("studybuddy.reads")
record ReadProperties(
        @Min(1) @Max(1000) @Nullable Integer concurrent,
        @DefaultValue("4") @Min(1) @Max(500) int concurrentLists,
        @DefaultValue("2") @Min(1) @Max(500) int concurrentOperatorLists,
        @DefaultValue("2") @Min(1) @Max(500) int concurrentOperatorListsWithMongodb,

        @DefaultValue("500ms") @DurationMin(millis = 1) @DurationMax(seconds = 1)
        Duration maxWait,

        @DefaultValue("1500ms") @DurationMin(millis = 1) @DurationMax(seconds = 2)
        Duration operatorListsMaxWait) {

    private static final int LEAST_CONCURRENT = 4;

    /** Returns the largest number of reads of read models that run at a time. */
    int concurrentOn(int processors) {
        return concurrent == null ? Math.max(LEAST_CONCURRENT, 2 * processors) : concurrent;
    }

    /**
     * Checks that the lists leave a connection to the writes.
     *
     * @param connections the size of the pool of connections
     * @throws IllegalArgumentException if they leave none
     */
    void requireConnectionsForWrites(int connections) {
        if (concurrentLists + concurrentOperatorLists + concurrentOperatorListsWithMongodb >= connections) {
            throw new IllegalArgumentException("studybuddy.reads.concurrent-lists=" + concurrentLists
                    + " plus studybuddy.reads.concurrent-operator-lists=" + concurrentOperatorLists
                    + " plus studybuddy.reads.concurrent-operator-lists-with-mongodb="
                    + concurrentOperatorListsWithMongodb
                    + " must be less than spring.datasource.hikari.maximum-pool-size=" + connections
                    + ", so that lists leave connections to the writes");
        }
    }
}
