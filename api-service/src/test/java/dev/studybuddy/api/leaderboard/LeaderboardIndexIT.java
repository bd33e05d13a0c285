package dev.studybuddy.api.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
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
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * This test records the queries of the leaderboard and compares them with the index that the projector creates. The
 * embedded MongoDB does not report plans; a query that passes here reads one range of the index, in its order.
 */
class LeaderboardIndexIT {

    private static final Set<String> BOUNDS = Set.of("$gt", "$gte", "$lt", "$lte");
    private static final List<Map.Entry<String, Integer>> KEYS =
            LeaderboardIndex.definition().keys().entrySet().stream()
                    .map(key -> Map.entry(key.getKey(), (Integer) key.getValue()))
                    .toList();
    private static final int USERS = 60;
    private static final int HIDDEN_EACH = 7;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Queue<Query> queries = new ConcurrentLinkedQueue<>();
    private TestMongo mongo;
    private ReadModelFixture model;
    private MongoClient client;
    private ReadGeneration generation;
    private RankEstimates estimates;

    /** A query has a filter and an order, which is empty for a count. */
    private record Query(BsonDocument filter, BsonDocument order) {

        private static Query of(BsonDocument command) {
            return command.containsKey("pipeline")
                    ? new Query(
                            command.getArray("pipeline").getFirst().asDocument().getDocument("$match"),
                            new BsonDocument())
                    : new Query(
                            command.getDocument("filter", new BsonDocument()),
                            command.getDocument("sort", new BsonDocument()));
        }
    }

    @BeforeEach
    void start() {
        mongo = TestServers.newMongoDatabase();
        model = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 1);
        for (int number = 0; number < USERS; number++) {
            // Three users each have equal points.
            model.add(RollupKey.ofUser(Periods.ALL, user(number)), Map.of("points", 1L + number / 3));
            model.mirror(AggregateType.USER, ReadModelFixture.user(user(number), "user", number % HIDDEN_EACH != 0));
        }
        client = MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(mongo.uri()))
                .addCommandListener(new CommandListener() {
                    @Override
                    public void commandStarted(CommandStartedEvent event) {
                        if (Set.of("find", "aggregate").contains(event.getCommandName())) {
                            queries.add(Query.of(event.getCommand().clone()));
                        }
                    }
                })
                .build());
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
        return "user-" + (100 + number);
    }

    @Test
    void theIndexServesEachQueryOfTheLeaderboardInItsOrder() {
        MongoLeaderboard leaderboard = new MongoLeaderboard(generation, Periods.ALL, Instant.now(), estimates);
        leaderboard.readTop(USERS);
        leaderboard.readAround(user(USERS / 2), USERS / 2);
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> estimates.find(generation, Periods.ALL, 5).isPresent());

        assertThat(queries).hasSizeGreaterThan(10).allMatch(LeaderboardIndexIT::isServedByAnIndex);
        assertThat(queries)
                .extracting(query -> query.filter().keySet())
                .contains(Set.of("period", "kind", "points", "userId"));
    }

    @Test
    void aQueryThatNoIndexServesIsRecognised() {
        for (Query other : List.of(
                query("{}", "{}"),
                query("{kind: 'user', points: {$gt: 0}}", "{points: -1, userId: 1}"),
                query("{period: 'all', kind: 'user', userId: 'a'}", "{}"),
                query("{period: 'all', kind: {$gt: 'a'}, points: 5}", "{}"),
                query("{period: 'all', kind: 'user', points: {$in: [1, 2]}}", "{}"),
                query("{period: 'all', kind: 'user', points: {$gt: 0}}", "{points: -1, userId: -1}"),
                query("{period: 'all', kind: 'user', points: {$gt: 0}}", "{userId: 1}"),
                query("{_id: {$in: ['a']}}", "{points: 1}"))) {
            assertThat(other).matches(query -> !isServedByAnIndex(query));
        }
    }

    private static Query query(String filter, String order) {
        return new Query(BsonDocument.parse(filter), BsonDocument.parse(order));
    }

    /** Returns whether a query reads single ids, or one range of the index of the leaderboard in its order. */
    private static boolean isServedByAnIndex(Query query) {
        if (query.filter().keySet().equals(Set.of("_id"))) {
            return query.order().isEmpty();
        }
        int equal = 0;
        while (equal < KEYS.size() && isValue(query.filter().get(KEYS.get(equal).getKey()))) {
            equal++;
        }
        boolean ranged = equal < KEYS.size()
                && isRange(query.filter().get(KEYS.get(equal).getKey()));
        List<String> read = KEYS.subList(0, ranged ? equal + 1 : equal).stream()
                .map(Map.Entry::getKey)
                .toList();
        return !read.isEmpty()
                && query.filter().keySet().equals(Set.copyOf(read))
                && (isOrder(query, equal, 1) || isOrder(query, equal, -1));
    }

    private static boolean isValue(@Nullable BsonValue value) {
        return value != null && !value.isDocument();
    }

    private static boolean isRange(@Nullable BsonValue value) {
        return value != null
                && value.isDocument()
                && BOUNDS.containsAll(value.asDocument().keySet());
    }

    /**
     * Returns whether the order of a query is that of the index behind its first keys, forwards or backwards. The keys
     * that have one value each have no influence on the order.
     */
    private static boolean isOrder(Query query, int equal, int direction) {
        BsonDocument order = new BsonDocument();
        order.putAll(query.order());
        KEYS.subList(0, equal).forEach(key -> order.remove(key.getKey()));
        int next = equal;
        for (Map.Entry<String, BsonValue> field : order.entrySet()) {
            if (next == KEYS.size()
                    || !field.getKey().equals(KEYS.get(next).getKey())
                    || !field.getValue()
                            .equals(new BsonInt32(direction * KEYS.get(next).getValue()))) {
                return false;
            }
            next++;
        }
        return true;
    }
}
