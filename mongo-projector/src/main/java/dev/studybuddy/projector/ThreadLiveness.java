package dev.studybuddy.projector;

import dev.studybuddy.background.Loop;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Reports the process as down if the thread of one of its loops has ended because of an error; only a restart repairs
 * this. Liveness includes this report. An outage of a server does not change it.
 */
@Component("projectorThreads")
final class ThreadLiveness implements HealthIndicator {

    private final List<BackgroundWork> all;

    ThreadLiveness(List<BackgroundWork> all) {
        this.all = List.copyOf(all);
    }

    @Override
    public Health health() {
        List<String> ended = all.stream()
                .map(BackgroundWork::loop)
                .filter(Loop::hasEndedUnexpectedly)
                .map(Loop::name)
                .sorted()
                .toList();
        return ended.isEmpty()
                ? Health.up().build()
                : Health.down().withDetail("endedThreads", ended).build();
    }
}
