package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.readmodel.LineLostException;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a failed batch leads to: a wait, and a line in the log that fits. */
final class Failures {

    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    static void after(RuntimeException failed, TopicPartition partition, Retry retry) {
        if (failed instanceof LineLostException lost && !lost.outage()) {
            retry.atOnce();
            log.debug("{} reads its journal on a newer connection", partition);
            return;
        }
        Duration wait = retry.failed();
        if (MongoGate.outage(failed)) {
            log.atDebug()
                    .addKeyValue("partition", partition)
                    .log("The batch ends; next try in {} ms: {}", wait.toMillis(), failed.getMessage());
        } else {
            log.atWarn()
                    .addKeyValue("partition", partition)
                    .setCause(failed)
                    .log("A batch failed and its partition waits; next try in {} ms", wait.toMillis());
        }
    }
}
