package dev.studybuddy.e2e;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.UpdateOptions;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import java.time.LocalDate;
import org.bson.Document;

/**
 * Sums of one user, changed by hand in one generation, in every document that an answer about that user is made of: an
 * answer shows all of it or nothing, unless it mixes generations.
 */
final class Falsified {

    static final int MINUTES = 1_000;
    static final int STREAK = 3;

    private Falsified() {}

    static void inGeneration(MongoDatabase database, int generation, Scholar scholar) {
        MongoCollection<Document> totals = database.getCollection(Names.studyTotals(generation));
        Document minutes = new Document("studyMinutes", MINUTES).append("points", MINUTES);
        for (LocalDate day : scholar.days()) {
            increase(totals, Periods.day(day), scholar, minutes);
        }
        increase(totals, Periods.ALL, scholar, minutes);
        for (int back = Scholar.DAYS; back < Scholar.DAYS + STREAK; back++) {
            LocalDate day = scholar.days().getFirst().minusDays(back);
            String active = "active.%02d".formatted(day.getDayOfMonth());
            increase(totals, Periods.month(day), scholar, new Document(active, 1));
        }
    }

    private static void increase(MongoCollection<Document> totals, String period, Scholar scholar, Document amounts) {
        RollupKey key = RollupKey.ofUser(period, scholar.id());
        Document born =
                new Document("kind", key.kind()).append("period", period).append("userId", scholar.id());
        totals.updateOne(
                new Document("_id", key.id()),
                new Document("$inc", amounts).append("$setOnInsert", born),
                new UpdateOptions().upsert(true));
    }
}
