package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.SubjectKeys;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * A range contains global documents of one period. It computes the differences between these documents and the sums of
 * the users' documents. It covers a limited number of subjects, so that its memory does not grow with the number of all
 * subjects. The first range of a period also covers the total of all users.
 */
final class GlobalTotalsRange {

    private static final int MAX_SUBJECTS = 20_000;

    /**
     * If more documents than this differ, a sample reads none of them again and reports none of them as unchanged. Only
     * an undisturbed sample can then settle them.
     */
    private static final int MAX_READ_AGAIN = 1000;

    private static final Document BY_ID = new Document("_id", 1);

    private final ReadGeneration generation;
    private final Predicate<String> ofSubjects;
    private final String period;
    private final boolean withAllUsers;
    private final String after;
    private final @Nullable String upTo;

    private GlobalTotalsRange(
            ReadGeneration generation,
            Predicate<String> ofSubjects,
            String period,
            boolean withAllUsers,
            String after) {
        this.generation = generation;
        this.ofSubjects = ofSubjects;
        this.period = period;
        this.withAllUsers = withAllUsers;
        this.after = after;
        this.upTo = findEnd();
    }

    /**
     * Returns the first range of a period.
     *
     * @param ofSubjects matches the paths of a subject's document that are compared because users' documents have them
     *     too
     */
    static GlobalTotalsRange first(ReadGeneration generation, Predicate<String> ofSubjects, String period) {
        return new GlobalTotalsRange(generation, ofSubjects, period, true, period + ":*:");
    }

    /** Returns the range of the next subjects; null if this range covers the last ones. */
    @Nullable
    GlobalTotalsRange next() {
        return upTo == null ? null : new GlobalTotalsRange(generation, ofSubjects, period, false, upTo);
    }

    /**
     * A sample holds the differences that one read of the documents finds.
     *
     * @param differences the amounts by which each differing document exceeds the expected ones, by document id and
     *     path
     * @param unchanged the ids of those differing documents to which no batch was applied during the read
     */
    record Sample(Map<String, Map<String, Long>> differences, Set<String> unchanged) {}

    /** Reads the documents and returns their differences. */
    Sample sample() {
        Map<String, Map<String, Long>> differences = new HashMap<>();
        Map<String, Object> watermarks = new HashMap<>();
        if (withAllUsers) {
            String allUsers = RollupKey.ofAllUsers(period).id();
            for (Document total : generation.rollups().find(new Document("_id", allUsers))) {
                watermarks.put(allUsers, watermarksOf(total));
                RollupAmounts.of(total).forEach((path, amount) -> add(differences, allUsers, path, amount));
            }
        }
        for (Document subject :
                generation.rollups().find(subjects(upTo)).hint(BY_ID).batchSize(1000)) {
            String id = subject.getString("_id");
            watermarks.put(id, watermarksOf(subject));
            RollupAmounts.of(subject).forEach((path, amount) -> {
                if (ofSubjects.test(path)) {
                    add(differences, id, path, amount);
                }
            });
        }
        Document users = new Document("period", period)
                .append("kind", RollupKey.USER)
                .append("_id", new Document("$gt", period + ':').append("$lt", period + ';'));
        for (Document user : generation.rollups().find(users).hint(BY_ID).batchSize(1000)) {
            RollupAmounts.of(user).forEach((path, amount) -> subtract(differences, path, amount));
        }
        differences.values().removeIf(Map::isEmpty);
        return new Sample(differences, findUnchanged(differences.keySet(), watermarks));
    }

    private void subtract(Map<String, Map<String, Long>> differences, String path, long amount) {
        if (path.startsWith("bySubject.")) {
            // An escaped subject contains no dot, so the next dot ends it.
            int subjectEnd = path.indexOf('.', "bySubject.".length());
            if (subjectEnd < 0) {
                // A person replaced the amounts of a subject by a number, which the check of the users' totals reports.
                return;
            }
            String subject = SubjectKeys.unescape(path.substring("bySubject.".length(), subjectEnd));
            String id = RollupKey.ofSubject(period, subject).id();
            if (isCovered(id)) {
                add(differences, id, path.substring(subjectEnd + 1), -amount);
            }
        } else if (withAllUsers && !path.startsWith("active.")) {
            add(differences, RollupKey.ofAllUsers(period).id(), path, -amount);
        }
    }

    private boolean isCovered(String id) {
        return MongoOrder.TEXTS.compare(id, after) > 0 && (upTo == null || MongoOrder.TEXTS.compare(id, upTo) <= 0);
    }

    /** Reads differing documents again and returns the ids of those whose watermarks are the same as before. */
    private Set<String> findUnchanged(Set<String> ids, Map<String, Object> before) {
        Set<String> unchanged = new HashSet<>();
        if (ids.size() > MAX_READ_AGAIN) {
            return unchanged;
        }
        Map<String, Object> now = new HashMap<>();
        Document filter = new Document("_id", new Document("$in", List.copyOf(ids)));
        for (Document total : generation.rollups().find(filter).projection(new Document("w", 1))) {
            now.put(total.getString("_id"), watermarksOf(total));
        }
        for (String id : ids) {
            if (before.getOrDefault(id, "").equals(now.getOrDefault(id, ""))) {
                unchanged.add(id);
            }
        }
        return unchanged;
    }

    private static Object watermarksOf(Document total) {
        Object watermarks = total.get("w");
        return watermarks == null ? Map.of() : watermarks;
    }

    private @Nullable String findEnd() {
        String last = null;
        int count = 0;
        for (Document subject : generation
                .rollups()
                .find(subjects(null))
                .hint(BY_ID)
                .projection(BY_ID)
                .sort(BY_ID)
                .limit(MAX_SUBJECTS)) {
            last = subject.getString("_id");
            count++;
        }
        return count < MAX_SUBJECTS ? null : last;
    }

    /** Returns the filter for the subjects' documents after {@link #after}, up to an id if it is given. */
    private Document subjects(@Nullable String end) {
        Document range = new Document("$gt", after);
        return new Document("period", period)
                .append("kind", RollupKey.SUBJECT)
                .append("_id", end == null ? range.append("$lt", period + ":*;") : range.append("$lte", end));
    }

    private static void add(Map<String, Map<String, Long>> sums, String id, String path, long amount) {
        sums.computeIfAbsent(id, any -> new HashMap<>())
                .merge(path, amount, (before, more) -> before + more == 0 ? null : before + more);
    }
}
