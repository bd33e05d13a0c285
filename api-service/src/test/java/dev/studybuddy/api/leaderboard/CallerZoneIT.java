package dev.studybuddy.api.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.contract.AggregateType;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** This test reads a period that depends on the zone of the caller. */
class CallerZoneIT extends ApiWithReadModel {

    private static final String TODAY = "/api/users/leaderboard?period=day";
    private static final int REQUESTS = 20;

    @Override
    protected Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(super.settings());
        settings.put("studybuddy.leaderboard.cache", "10s");
        return settings;
    }

    @Test
    void manyRequestsOfACallerReadTheirZoneOnce() {
        assertThat(requestToday().status()).isEqualTo(200);
        long before = countReadsOfMirrors();
        assertThat(before).isPositive();

        for (int request = 0; request < REQUESTS; request++) {
            ReceivedAnswer answer = requestToday();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("X-Read-Source")).isEqualTo("mongodb");
        }

        // On a very slow machine, the zone and the page are read again after ten seconds.
        assertThat(countReadsOfMirrors() - before).isLessThan(REQUESTS / 2);
    }

    private ReceivedAnswer requestToday() {
        return api.get(TODAY, api.authorizationOf(ANNA));
    }

    private long countReadsOfMirrors() {
        String mirrors = model.mirrors(AggregateType.USER).getNamespace().getCollectionName();
        return api
                .bean(MeterRegistry.class)
                .find("mongodb.driver.commands")
                .tags("collection", mirrors, "command", "find")
                .timers()
                .stream()
                .mapToLong(Timer::count)
                .sum();
    }
}
