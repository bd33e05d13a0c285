package dev.studybuddy.publisher.metrics;

import java.util.List;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Reports the process as broken if one of its threads ended by itself, which only a restart repairs. Liveness includes
 * this report. An outage of a server does not change it.
 */
public final class ThreadLiveness implements HealthIndicator {

    private final Supplier<List<String>> deadThreads;

    /**
     * @param deadThreads returns the names of the threads that ended by themselves
     */
    public ThreadLiveness(Supplier<List<String>> deadThreads) {
        this.deadThreads = deadThreads;
    }

    @Override
    public Health health() {
        List<String> dead = deadThreads.get();
        return dead.isEmpty()
                ? Health.up().build()
                : Health.down().withDetail("deadThreads", dead).build();
    }
}
