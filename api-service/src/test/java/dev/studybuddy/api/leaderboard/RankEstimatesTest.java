package dev.studybuddy.api.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CountOptions;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Names;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** This test counts users with a MongoDB that ends each count because it takes too long. */
class RankEstimatesTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final AtomicLong nowNanos = new AtomicLong();
    private final List<String> countedPeriods = new CopyOnWriteArrayList<>();
    private final List<Long> limitsSeconds = new CopyOnWriteArrayList<>();
    private final MongoDatabase database = fake(MongoDatabase.class, (proxy, method, arguments) -> collection());
    private final ReadGeneration generation =
            new ReadGeneration(Names.STUDY, 1, EnumSet.allOf(AggregateType.class), database, null);
    private final RankEstimates estimates = new RankEstimates(new MongoDatabases(database, database), nowNanos::get);

    @AfterEach
    void close() {
        estimates.close();
    }

    @Test
    void aFailedCountIsNotRepeatedWithinAMinute() {
        find("all");
        awaitCounted("all");

        // One thread runs all counts in their order, so the count of another period shows that the first one has ended.
        find("2025");
        awaitCounted("all", "2025");
        find("all");
        find("2026");
        awaitCounted("all", "2025", "2026");

        nowNanos.addAndGet(Duration.ofMinutes(1).toNanos());
        find("all");
        awaitCounted("all", "2025", "2026", "all");
    }

    @Test
    void eachQueryOfAnEstimateHasATimeLimitBelowThirtySeconds() {
        find("all");
        awaitCounted("all");

        assertThat(limitsSeconds).hasSize(2).allMatch(limit -> limit > 0 && limit < 30);
    }

    private void find(String period) {
        assertThat(estimates.find(generation, period, 4)).isEmpty();
    }

    private void awaitCounted(String... periods) {
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(countedPeriods).containsExactly(periods));
    }

    private MongoCollection<?> collection() {
        return fake(MongoCollection.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getTimeout" -> null;
            case "find" -> best();
            case "countDocuments" -> {
                limitsSeconds.add(((CountOptions) arguments[1]).getMaxTime(TimeUnit.SECONDS));
                countedPeriods.add(((Document) arguments[0]).getString("period"));
                throw new MongoExecutionTimeoutException(50, "operation exceeded time limit");
            }
            default -> proxy;
        });
    }

    private FindIterable<?> best() {
        return fake(FindIterable.class, (proxy, method, arguments) -> {
            if (method.getName().equals("maxTime")) {
                limitsSeconds.add(((TimeUnit) arguments[1]).toSeconds((Long) arguments[0]));
            }
            return method.getName().equals("first") ? new Document("points", 9L) : proxy;
        });
    }

    @SuppressWarnings("unchecked")
    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return (T) Proxy.newProxyInstance(RankEstimatesTest.class.getClassLoader(), new Class<?>[] {type}, handler);
    }
}
