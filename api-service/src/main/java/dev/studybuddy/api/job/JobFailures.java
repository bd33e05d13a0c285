package dev.studybuddy.api.job;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Counts the jobs that an error ended, by the kind of their handler. A job that its handler ended does not count, because
 * the state of the data did not permit it and no program has a fault. A job that cannot be cancelled never fails, so
 * each of its attempts that ends with an error which another attempt would not change counts. The counter of each kind
 * exists from the start.
 */
@Component
final class JobFailures {

    private final Map<String, Counter> counters;

    JobFailures(List<JobHandler> handlers, MeterRegistry meters) {
        counters = handlers.stream()
                .collect(toUnmodifiableMap(
                        JobHandler::kind,
                        handler -> Counter.builder("job_failures")
                                .description("This counter counts the jobs that an error ended.")
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
