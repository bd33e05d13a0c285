package dev.studybuddy.api.job;

import com.mongodb.MongoException;
import dev.studybuddy.api.cockroach.SqlFault;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An outcome states how one attempt of a job ended. */
sealed interface JobOutcome {

    /** The handler finished the job. */
    record Done() implements JobOutcome {}

    /** The handler stopped because the context required it. */
    record Stopped(JobStoppedException.Reason reason) implements JobOutcome {}

    /**
     * A temporary condition ended the attempt, so another attempt may succeed. The condition is an outage of a server,
     * a conflict with another transaction, a lock that another transaction held, or an error of the virtual machine.
     */
    record Retryable(String error) implements JobOutcome {}

    /**
     * The attempt failed for a reason that another attempt would not change.
     *
     * @param expected whether the handler reported the reason, which is then a state of the data and not a fault
     */
    record Failure(String error, boolean expected) implements JobOutcome {}

    /** An implementation does a piece of work that may throw an exception. */
    interface Work {
        void run() throws Exception;
    }

    /** Runs the work, logs its error if it fails, and returns the outcome. */
    static JobOutcome of(Work work) {
        Logger log = LoggerFactory.getLogger(JobOutcome.class);
        try {
            work.run();
            return new Done();
        } catch (JobStoppedException stopped) {
            return new Stopped(stopped.reason());
        } catch (JobFailedException failed) {
            return new Failure(failed.error(), true);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Stopped(JobStoppedException.Reason.SHUTTING_DOWN);
        } catch (Exception thrown) {
            if (isRetryable(thrown)) {
                log.atWarn()
                        .addKeyValue("error", thrown.toString())
                        .log("An attempt of a job failed because of an outage, a lock or a conflict; the job is"
                                + " retried, or fails if no attempts are left");
                return new Retryable(thrown.toString());
            }
            log.error(
                    "An attempt of a job failed with an error that another attempt would not change; the job fails, or"
                            + " is retried if its kind cannot be cancelled",
                    thrown);
            return new Failure(thrown.toString(), false);
        } catch (Error error) {
            log.error(
                    "An attempt of a job failed because of an error of the virtual machine; the job is retried while"
                            + " attempts are left",
                    error);
            return new Retryable(error.toString());
        }
    }

    private static boolean isRetryable(Exception thrown) {
        Throwable cause = thrown instanceof ExecutionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : thrown;
        if (cause instanceof MongoException || cause instanceof KafkaException || cause instanceof TimeoutException) {
            return true;
        }
        return SqlFault.of(cause).isTemporary();
    }
}
