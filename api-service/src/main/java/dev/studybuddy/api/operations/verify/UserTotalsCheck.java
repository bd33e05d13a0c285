package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.ContributionFunction;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.Sums;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Compares the totals of users with the contributions of their mirrors. It reads both in the order of the users' ids,
 * and keeps only one user and a limited number of candidates in memory.
 */
final class UserTotalsCheck {

    private static final int USERS_PER_STEP = 1000;

    private static final int MAX_DIFFERENT_USERS = 1000;

    /**
     * The limits bound the time of a comparison.
     *
     * @param usersPerStep the number of users after which the position is recorded
     * @param differentUsers the largest number of users with a difference that are compared again; the totals of any
     *     further user with a difference are unsettled
     */
    record Limits(int usersPerStep, int differentUsers) {}

    private final ReadGeneration generation;
    private final UserContributions contributions;
    private final UserTotalsRecheck recheck;
    private final JobContext job;
    private final Limits limits;

    /**
     * Counts the users whose second comparison confirmed a difference or left it unsettled, and the users of the
     * present step whose second comparison has not begun.
     */
    private int differentUsers;

    UserTotalsCheck(
            ReadGeneration generation,
            ContributionFunction contributionFunction,
            JournalBarrier journalBarrier,
            JobContext job) {
        this(generation, contributionFunction, journalBarrier, job, new Limits(USERS_PER_STEP, MAX_DIFFERENT_USERS));
    }

    /** Creates a check with limits. */
    UserTotalsCheck(
            ReadGeneration generation,
            ContributionFunction contributionFunction,
            JournalBarrier journalBarrier,
            JobContext job,
            Limits limits) {
        this.limits = limits;
        this.generation = generation;
        this.contributions = new UserContributions(generation, contributionFunction);
        this.recheck = new UserTotalsRecheck(generation, contributions, journalBarrier, job);
        this.job = job;
    }

    /**
     * Compares the totals of each user, in the order of the users' ids.
     *
     * @param start the user after whom the comparison starts; empty for the first one
     * @param wrong accepts each wrong rollup document
     * @param unsettled accepts the id of each user whose totals are unsettled
     * @param reached accepts the last user of each step that is compared
     */
    void checkAll(String start, Consumer<WrongTotal> wrong, Consumer<String> unsettled, Consumer<String> reached) {
        if (start.isEmpty()) {
            reportTotalsWithoutUser(wrong);
        }
        String after = start;
        while (after != null) {
            after = compareFrom(after, wrong, unsettled, reached);
        }
    }

    /**
     * Compares the users after a user, up to the end of the first step that has candidates, and then compares these
     * candidates again. The cursors are closed during the second comparison, since it may take longer than MongoDB
     * keeps an idle cursor.
     *
     * @return the last compared user; null if it is the last one of all
     */
    private @Nullable String compareFrom(
            String after, Consumer<WrongTotal> wrong, Consumer<String> unsettled, Consumer<String> reached) {
        Map<String, Set<String>> found = new TreeMap<>();
        Document range = new Document("$gt", after);
        String last = after;
        String user;
        Map<AggregateType, OrderedUserDocuments> mirrors = new EnumMap<>(AggregateType.class);
        try {
            for (AggregateType type : contributions.contributingTypes()) {
                mirrors.put(type, new OrderedUserDocuments(generation.mirrors(type), new Document(), range));
            }
            try (OrderedUserDocuments totals =
                    new OrderedUserDocuments(generation.rollups(), new Document("kind", RollupKey.USER), range)) {
                int users = 0;
                user = findNext(mirrors, totals);
                while (user != null && (found.isEmpty() || users % limits.usersPerStep() != 0)) {
                    Set<String> different = compare(user, mirrors, totals);
                    if (!different.isEmpty() && differentUsers < limits.differentUsers()) {
                        differentUsers++;
                        found.put(user, different);
                    } else if (!different.isEmpty()) {
                        unsettled.accept(user);
                    }
                    last = user;
                    if (++users % limits.usersPerStep() == 0 && found.isEmpty()) {
                        job.checkpoint();
                        reached.accept(last);
                    }
                    user = findNext(mirrors, totals);
                }
            }
        } finally {
            mirrors.values().forEach(OrderedUserDocuments::close);
        }
        found.forEach((candidate, ids) -> {
            if (!recheck.recheck(candidate, ids, wrong, unsettled)) {
                // The first comparison read the totals before a batch and the mirrors after it.
                differentUsers--;
            }
        });
        if (user == null) {
            return null;
        }
        reached.accept(last);
        return last;
    }

    private void reportTotalsWithoutUser(Consumer<WrongTotal> wrong) {
        Document withoutUser =
                new Document("kind", RollupKey.USER).append("userId", new Document("$not", new Document("$gte", "")));
        for (Document rollup : generation.rollups().find(withoutUser)) {
            wrong.accept(new WrongTotal(String.valueOf(rollup.get("_id")), "", RollupAmounts.of(rollup)));
        }
    }

    /** Compares the totals of one user. */
    void checkUser(String user, Consumer<WrongTotal> wrong, Consumer<String> unsettled) {
        Set<String> ids = new HashSet<>();
        for (Document rollup : generation.rollups().find(new Document("kind", RollupKey.USER).append("userId", user))) {
            ids.add(rollup.getString("_id"));
        }
        recheck.recheck(user, ids, wrong, unsettled);
    }

    private static @Nullable String findNext(
            Map<AggregateType, OrderedUserDocuments> mirrors, OrderedUserDocuments totals) {
        return Stream.concat(mirrors.values().stream(), Stream.of(totals))
                .flatMap(stream -> Stream.ofNullable(stream.user()))
                .min(MongoOrder.TEXTS)
                .orElse(null);
    }

    /** Returns the ids of the documents of the next user that differ from the contributions of the user's mirrors. */
    private Set<String> compare(
            String user, Map<AggregateType, OrderedUserDocuments> mirrors, OrderedUserDocuments totals) {
        Sums expected = new Sums();
        mirrors.forEach((type, stream) ->
                stream.forEachOf(user, document -> contributions.addMirror(type, document, user, expected)));
        Map<String, Map<String, Long>> missing = new HashMap<>();
        expected.forEach((key, amounts) -> missing.put(key.id(), amounts));
        Set<String> different = new HashSet<>();
        totals.forEachOf(user, rollup -> {
            String id = rollup.getString("_id");
            Map<String, Long> amounts = missing.remove(id);
            if (!RollupAmounts.of(rollup).equals(amounts == null ? Map.of() : amounts)) {
                different.add(id);
            }
        });
        different.addAll(missing.keySet());
        return different;
    }
}
