package dev.studybuddy.api.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.LeaderboardIndex;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.web.MockHttpServletRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** This test reads ranks behind more users with equal points than a request counts. */
class DeepRankIT {

    private static final int EQUAL_USERS = 10_050;
    private static final int LOWER_USERS = 5;
    private static final int LIMIT = 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private TestMongo mongo;
    private ReadModelFixture model;
    private MongoClient client;
    private ReadGeneration generation;
    private RankEstimates estimates;

    @BeforeEach
    void start() {
        mongo = TestServers.newMongoDatabase();
        model = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 1);
        model.rollups().createIndex(LeaderboardIndex.definition().keys());
        model.rollups()
                .insertMany(IntStream.range(0, EQUAL_USERS + LOWER_USERS)
                        .mapToObj(number -> ReadModelFixture.rollupOf(
                                RollupKey.ofUser(Periods.ALL, user(number)),
                                Map.of("points", number < EQUAL_USERS ? 9L : 4L)))
                        .toList());
        for (int number = EQUAL_USERS - LIMIT; number < EQUAL_USERS + LOWER_USERS; number++) {
            model.mirror(AggregateType.USER, ReadModelFixture.user(user(number), "user", true));
        }
        client = MongoClients.create(mongo.uri());
        MongoDatabase database = client.getDatabase(mongo.databaseName());
        generation = new ReadGeneration(Names.STUDY, 1, EnumSet.allOf(AggregateType.class), database, null);
        estimates = new RankEstimates(new MongoDatabases(database, database), MonotonicClock.SYSTEM);
    }

    @AfterEach
    void stop() {
        estimates.close();
        client.close();
        model.close();
        mongo.close();
    }

    private static String user(int number) {
        return "user-" + (100_000 + number);
    }

    @Test
    void aRankBehindTooManyEqualUsersIsAnEstimate() {
        List<JsonNode> first = readAround(user(EQUAL_USERS - 1));

        assertThat(first)
                .extracting(entry -> entry.path("userId").asString())
                .containsExactlyElementsOf(IntStream.range(EQUAL_USERS - LIMIT / 2, EQUAL_USERS + LOWER_USERS)
                        .mapToObj(DeepRankIT::user)
                        .toList());
        assertThat(first)
                .extracting(entry -> entry.path("rankExact").booleanValue())
                .containsExactlyElementsOf(Stream.concat(same(true, LIMIT / 2), same(false, LOWER_USERS))
                        .toList());
        assertThat(first.subList(0, LIMIT / 2))
                .allMatch(entry -> entry.path("rank").longValue() == 1);

        // The next page uses the count that the first one requested in the background.
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> estimates.find(generation, Periods.ALL, 4).isPresent());
        assertThat(readAround(user(EQUAL_USERS - 1)).subList(LIMIT / 2, LIMIT))
                .allMatch(entry -> entry.path("rank").longValue() == EQUAL_USERS + 1)
                .noneMatch(entry -> entry.path("rankExact").booleanValue());
    }

    private static Stream<Boolean> same(boolean value, int count) {
        return Stream.generate(() -> value).limit(count);
    }

    private List<JsonNode> readAround(String user) {
        JsonMapper json = new JsonMapper();
        byte[] body = new MongoLeaderboard(generation, Periods.ALL, Instant.now(), estimates)
                .readAround(user, LIMIT)
                .render(json, user, LIMIT)
                .answer(new MockHttpServletRequest(), new HttpHeaders())
                .getBody();
        return json.readTree(body).path("entries").valueStream().toList();
    }
}
