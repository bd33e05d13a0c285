package dev.studybuddy.bench.modulith;

import java.time.Duration;
import org.springframework.modulith.events.FailedEventPublications;
import org.springframework.modulith.events.ResubmissionOptions;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Resubmits the failed publications in the registry that are at least a minute old, at a fixed delay. The library does
 * not do this by itself. Each resubmission reads the whole table, so the benchmark sets a short delay only while a
 * backlog is drained.
 */
@Component
class Resubmitter {

    private static final int BATCH = 1000;
    private static final Duration MIN_AGE = Duration.ofMinutes(1);

    private final FailedEventPublications publications;

    Resubmitter(FailedEventPublications publications) {
        this.publications = publications;
    }

    @Scheduled(fixedDelayString = "${bench.resubmission.millis}")
    void resubmit() {
        publications.resubmit(ResubmissionOptions.defaults()
                .withBatchSize(BATCH)
                .withMaxInFlight(BATCH)
                .withMinAge(MIN_AGE));
    }
}
