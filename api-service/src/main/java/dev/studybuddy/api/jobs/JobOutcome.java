package dev.studybuddy.api.jobs;

import com.mongodb.MongoException;
import dev.studybuddy.api.cockroach.SqlFault;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How one attempt at a job ended. */
sealed interface JobOutcome {

    /** It is done. */
    record Done() implements JobOutcome {}

    /** It was told to leave. */
    record Stopped(JobStopped.Reason reason) implements JobOutcome {}

    /** A server was away: worth another attempt. */
    record Outage(String error) implements JobOutcome {}

    /** Another attempt would end the same way. */
    record Mistake(String error) implements JobOutcome {}

    /** A piece of work that may throw. */
    interface Work {
        void run() throws Exception;
    }

    static JobOutcome of(Work work) {
        Logger log = LoggerFactory.getLogger(JobOutcome.class);
        try {
            work.run();
            return new Done();
        } catch (JobStopped stopped) {
            return new Stopped(stopped.reason());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Stopped(JobStopped.Reason.SHUTTING_DOWN);
        } catch (Exception thrown) {
            if (isOutage(thrown)) {
                log.atWarn().addKeyValue("error", thrown.toString()).log("A server that a job needs is away");
                return new Outage(thrown.toString());
            }
            log.error("A job failed", thrown);
            return new Mistake(thrown.toString());
        }
    }

    private static boolean isOutage(Exception thrown) {
        Throwable cause = thrown instanceof ExecutionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : thrown;
        return cause instanceof MongoException
                || cause instanceof KafkaException
                || cause instanceof TimeoutException
                || SqlFault.of(cause) == SqlFault.UNAVAILABLE
                || SqlFault.of(cause) == SqlFault.CONTENTION
                || SqlFault.of(cause) == SqlFault.OUTCOME_UNKNOWN;
    }
}
