package dev.studybuddy.bench.api;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.LeaderboardIndex;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.bson.Document;

/** Fills both databases with users who have points, as the services would fill them within some weeks. */
final class DatabaseSeeder {

    private static final int PAGE = 1_000;
    private static final int SEED = 17;
    private static final int DAYS_WITH_ROLLUPS = 30;

    private DatabaseSeeder() {}

    /** Returns the id of a user. */
    static String userId(int number) {
        return String.format(Locale.ROOT, "00000000-0000-4000-9000-%012x", number);
    }

    /** Inserts users and their study sessions of the last year into SQL. */
    static void fillSql(Connection connection, int users, int sessions) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO users (id, email, name, version, created_at, updated_at)"
                    + " SELECT CAST('00000000-0000-4000-9000-' || lpad(to_hex(n), 12, '0') AS UUID),"
                    + " 'user' || n || '@example.org', 'User ' || n, 1, now(), now() FROM generate_series(0, "
                    + (users - 1) + ") AS n");
            statement.execute("INSERT INTO study_sessions (id, user_id, subject, session_type, minutes, completed_at,"
                    + " completed_on, version, created_at, updated_at)"
                    + " SELECT gen_random_uuid(),"
                    + " CAST('00000000-0000-4000-9000-' || lpad(to_hex(n % " + users + "), 12, '0') AS UUID),"
                    + " 'Subject ' || n % 20, 'pomodoro', 1 + n % 90, now(), current_date - CAST(n % 365 AS INTEGER),"
                    + " 1, now(), now() FROM generate_series(0, " + (sessions - 1) + ") AS n");
            statement.execute("ANALYZE");
        }
    }

    /** Inserts the first generation of the read model {@code study}, and activates it. */
    static void fillMongo(MongoDatabase database, int users) {
        MongoCollection<Document> totals = database.getCollection(Names.rollups(Names.STUDY) + Names.suffix(1));
        totals.createIndex(
                LeaderboardIndex.definition().keys(),
                new IndexOptions().name(LeaderboardIndex.definition().name()));
        MongoCollection<Document> mirrors =
                database.getCollection(Names.mirrors(Names.STUDY, AggregateType.USER) + Names.suffix(1));
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Random random = new Random(SEED);
        List<Document> mirrorPage = new ArrayList<>();
        List<Document> totalsPage = new ArrayList<>();
        for (int n = 0; n < users; n++) {
            mirrorPage.add(mirror(userId(n), n));
            long points = 1 + Math.round(Math.exp(random.nextDouble() * 9));
            for (String period : List.of(
                    Periods.ALL,
                    Periods.year(today),
                    Periods.month(today),
                    Periods.month(today.minusMonths(1)),
                    Periods.week(today))) {
                totalsPage.add(rollup(userId(n), period, points));
            }
            for (int back = 0; back < DAYS_WITH_ROLLUPS && n % 10 == 0; back++) {
                totalsPage.add(rollup(userId(n), Periods.day(today.minusDays(back)), 1 + points / DAYS_WITH_ROLLUPS));
            }
            if (mirrorPage.size() == PAGE || n == users - 1) {
                mirrors.insertMany(mirrorPage);
                totals.insertMany(totalsPage);
                mirrorPage.clear();
                totalsPage.clear();
            }
        }
        activate(database);
    }

    private static Document mirror(String id, int number) {
        return new Document("_id", id)
                .append("name", "User " + number)
                .append("timeZone", "UTC")
                .append("showProfile", true)
                .append("version", 1L)
                .append("offset", 0L);
    }

    private static Document rollup(String user, String period, long points) {
        Document days = new Document();
        for (int day = 1; day <= 28; day++) {
            days.append(String.format(Locale.ROOT, "%02d", day), 1);
        }
        Document rollup = new Document("_id", RollupKey.ofUser(period, user).id())
                .append("kind", RollupKey.USER)
                .append("period", period)
                .append("userId", user)
                .append("points", points)
                .append("studyMinutes", points)
                .append("sessions", 1L)
                .append("todosCompleted", 0L);
        return period.length() == Periods.month(LocalDate.EPOCH).length() ? rollup.append("active", days) : rollup;
    }

    private static void activate(MongoDatabase database) {
        Instant now = Instant.now();
        GenerationStore store = new GenerationStore(database);
        GenerationRecord record = store.read(Names.STUDY).orElse(GenerationRecord.empty(Names.STUDY));
        Generation first = new Generation(1, 2, Map.of(), false, now, now, null, null);
        if (!store.compareAndSet(record.beginActive(first))) {
            throw new IllegalStateException("another program changed the generation record");
        }
    }
}
