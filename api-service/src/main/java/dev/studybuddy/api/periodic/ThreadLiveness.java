package dev.studybuddy.api.periodic;

import dev.studybuddy.background.Loop;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Reports the process as down if the thread of a background loop has ended because of an error; only a restart repairs
 * this. The liveness probe includes this report, which does not depend on the state of any server.
 */
@Component("apiThreads")
final class ThreadLiveness implements HealthIndicator {

    private final List<BackgroundLoops> all;

    ThreadLiveness(List<BackgroundLoops> all) {
        this.all = List.copyOf(all);
    }

    @Override
    public Health health() {
        List<String> ended = all.stream()
                .flatMap(one -> one.loops().stream())
                .filter(Loop::hasEndedUnexpectedly)
                .map(Loop::name)
                .sorted()
                .toList();
        return ended.isEmpty()
                ? Health.up().build()
                : Health.down().withDetail("endedThreads", ended).build();
    }
}
