package dev.studybuddy.api.job;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Counts, for each kind of handler, the jobs that failed because of an error. A job that failed with a {@link
 * JobFailedException} is not counted: the state of the data did not permit the job, and no program has a fault. A job
 * that cannot be cancelled never fails. Therefore the counter counts each attempt of such a job that failed because of
 * an error that another attempt would not change. When the wait between attempts has reached its longest duration, the
 * counter also counts each attempt that ended because of a temporary error, such as an outage or a conflict, or because
 * its process ended. The counter of each kind exists from the start.
 */
@Component
final class JobFailures {

    private final Map<String, Counter> counters;

    JobFailures(List<JobHandler> handlers, MeterRegistry meters) {
        counters = handlers.stream()
                .collect(toUnmodifiableMap(
                        JobHandler::kind,
                        handler -> Counter.builder("job_failures")
                                .description("This counter counts the jobs that an error ended, and the lasting"
                                        + " failures of jobs that cannot be cancelled.")
                                .tag("kind", handler.kind())
                                .register(meters)));
    }

    /** Counts a failure. The part of a kind after a slash is left out, so that the number of tags is bounded. */
    void count(String kind) {
        Counter counter = counters.get(kind.split("/", 2)[0]);
        if (counter != null) {
            counter.increment();
        }
    }
}
