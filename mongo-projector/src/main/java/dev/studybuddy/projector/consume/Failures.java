package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.mongo.MongoCircuitBreaker;
import dev.studybuddy.projector.mongo.SessionLostException;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles a failed piece of work of a partition: schedules the retry and logs the failure. */
final class Failures {

    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    static void handle(RuntimeException failed, TopicPartition partition, RetryTimer retryTimer) {
        if (failed instanceof SessionLostException lost && !lost.outage()) {
            retryTimer.makeDue();
            log.atDebug()
                    .addKeyValue("partition", partition)
                    .log("The session's connection was replaced; a new session reads the journal at once");
            return;
        }
        Duration wait = retryTimer.recordFailure();
        if (MongoCircuitBreaker.isOutage(failed)) {
            log.atDebug()
                    .addKeyValue("partition", partition)
                    .addKeyValue("waitMillis", wait.toMillis())
                    .addKeyValue("failure", String.valueOf(failed.getMessage()))
                    .log("MongoDB did not complete the work of a partition; the partition waits and retries");
        } else {
            log.atWarn()
                    .addKeyValue("partition", partition)
                    .addKeyValue("waitMillis", wait.toMillis())
                    .setCause(failed)
                    .log("The work of a partition failed; the partition waits and retries");
        }
    }
}
