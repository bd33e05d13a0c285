package dev.studybuddy.publisher.metrics;

import java.util.List;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Reports the process as down if one of its threads has ended because of an error; only a restart repairs this.
 * Liveness includes this report. An outage of a server does not change it.
 */
public final class ThreadLiveness implements HealthIndicator {

    private final Supplier<List<String>> endedThreads;

    /**
     * @param endedThreads returns the names of the threads that ended because of an error
     */
    public ThreadLiveness(Supplier<List<String>> endedThreads) {
        this.endedThreads = endedThreads;
    }

    @Override
    public Health health() {
        List<String> dead = endedThreads.get();
        return dead.isEmpty()
                ? Health.up().build()
                : Health.down().withDetail("endedThreads", dead).build();
    }
}
