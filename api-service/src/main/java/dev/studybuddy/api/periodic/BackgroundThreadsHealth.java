package dev.studybuddy.api.periodic;

import dev.studybuddy.background.Loop;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Reports the process as broken if the thread of a background loop ended because of an error, which only a restart
 * repairs. Liveness includes this report. An outage of a server does not change it.
 */
@Component("apiThreads")
final class BackgroundThreadsHealth implements HealthIndicator {

    private final List<BackgroundLoops> all;

    BackgroundThreadsHealth(List<BackgroundLoops> all) {
        this.all = List.copyOf(all);
    }

    @Override
    public Health health() {
        List<String> dead = all.stream()
                .flatMap(one -> one.loops().stream())
                .filter(Loop::hasEndedByError)
                .map(Loop::name)
                .sorted()
                .toList();
        return dead.isEmpty()
                ? Health.up().build()
                : Health.down().withDetail("endedThreads", dead).build();
    }
}
