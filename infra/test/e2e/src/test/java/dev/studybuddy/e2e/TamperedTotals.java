package dev.studybuddy.e2e;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.UpdateOptions;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import java.time.LocalDate;
import java.util.Locale;
import org.bson.Document;

/**
 * Changes all rollups of one user in one generation from which the API computes an answer about this user. An answer
 * therefore shows either all changes or none, unless it mixes generations.
 */
final class TamperedTotals {

    static final int ADDED_MINUTES = 1_000;
    static final int ADDED_STREAK_DAYS = 3;

    private TamperedTotals() {}

    static void write(MongoDatabase database, int generation, TestUser user) {
        MongoCollection<Document> totals = database.getCollection(Names.studyRollups(generation));
        Document minutes = new Document("studyMinutes", ADDED_MINUTES).append("points", ADDED_MINUTES);
        for (LocalDate day : user.days()) {
            increase(totals, Periods.day(day), user, minutes);
        }
        increase(totals, Periods.ALL, user, minutes);
        for (int daysAgo = TestUser.DAYS; daysAgo < TestUser.DAYS + ADDED_STREAK_DAYS; daysAgo++) {
            LocalDate day = user.days().getFirst().minusDays(daysAgo);
            String active = String.format(Locale.ROOT, "active.%02d", day.getDayOfMonth());
            increase(totals, Periods.month(day), user, new Document(active, 1));
        }
    }

    private static void increase(MongoCollection<Document> totals, String period, TestUser user, Document amounts) {
        RollupKey key = RollupKey.ofUser(period, user.id());
        Document onInsert =
                new Document("kind", key.kind()).append("period", period).append("userId", user.id());
        totals.updateOne(
                new Document("_id", key.id()),
                new Document("$inc", amounts).append("$setOnInsert", onInsert),
                new UpdateOptions().upsert(true));
    }
}
