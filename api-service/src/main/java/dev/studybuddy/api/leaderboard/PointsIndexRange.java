package dev.studybuddy.api.leaderboard;

import static dev.studybuddy.api.mongo.DocumentFields.number;

import com.mongodb.client.model.CountOptions;
import dev.studybuddy.api.leaderboard.RankedRow.Row;
import dev.studybuddy.api.mongo.DocumentFields;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.readmodel.RollupKey;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Reads and counts the users' rollups of one period along the index {period, kind, points, userId}. Each query reads
 * one range of the index in its order.
 */
final class PointsIndexRange {

    /** A count below this limit is exact; the count of more rows would take too long. */
    static final int MAX_COUNTED = 10_000;

    private final ReadGeneration generation;
    private final String period;

    PointsIndexRange(ReadGeneration generation, String period) {
        this.generation = generation;
        this.period = period;
    }

    /** Returns the row of a user, or null if the user has no rollup of the period. */
    @Nullable
    Row find(String user) {
        Document rollup = generation
                .rollups()
                .find(new Document("_id", RollupKey.ofUser(period, user).id()))
                .first();
        return rollup == null ? null : row(rollup);
    }

    /** Counts the rows with more points, up to {@link #MAX_COUNTED}. */
    long countBetter(long points) {
        return count(periodFilter().append("points", new Document("$gt", points)));
    }

    /** Counts the rows before a row that have equal points, up to {@link #MAX_COUNTED}. */
    long countEqualsBefore(Row row) {
        return count(periodFilter().append("points", row.points()).append("userId", new Document("$lt", row.userId())));
    }

    /**
     * Reads the rows next to a row: first those with equal points, then those with more or fewer points.
     *
     * @param from the row to start from; null for the top of the period
     */
    List<Row> readRows(@Nullable Row from, boolean upwards, int limit) {
        if (from == null) {
            return readRows(periodFilter().append("points", new Document("$gt", 0)), upwards, limit);
        }
        Document equals = periodFilter()
                .append("points", from.points())
                .append("userId", new Document(upwards ? "$lt" : "$gt", from.userId()));
        List<Row> rows = new ArrayList<>(readRows(equals, upwards, limit));
        if (rows.size() < limit) {
            Document points =
                    upwards ? new Document("$gt", from.points()) : new Document("$lt", from.points()).append("$gt", 0);
            rows.addAll(readRows(periodFilter().append("points", points), upwards, limit - rows.size()));
        }
        return rows;
    }

    private List<Row> readRows(Document filter, boolean upwards, int limit) {
        List<Row> rows = new ArrayList<>();
        for (Document rollup : generation
                .rollups()
                .find(filter)
                .sort(new Document("points", upwards ? 1 : -1).append("userId", upwards ? -1 : 1))
                .limit(limit)
                .batchSize(limit)
                .projection(new Document("userId", 1)
                        .append("points", 1)
                        .append("studyMinutes", 1)
                        .append("todosCompleted", 1))) {
            rows.add(row(rollup));
        }
        return rows;
    }

    private Document periodFilter() {
        return new Document("period", period).append("kind", RollupKey.USER);
    }

    private long count(Document filter) {
        return generation.rollups().countDocuments(filter, new CountOptions().limit(MAX_COUNTED));
    }

    /** Returns the row of a rollup. A rollup that a person changed so that it has no user belongs to no profile. */
    private static Row row(Document rollup) {
        String user = DocumentFields.text(rollup, "userId");
        return new Row(
                user == null ? "" : user,
                number(rollup, "points"),
                number(rollup, "studyMinutes"),
                number(rollup, "todosCompleted"));
    }
}
