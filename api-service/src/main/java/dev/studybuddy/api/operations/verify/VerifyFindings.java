package dev.studybuddy.api.operations.verify;

import dev.studybuddy.contract.AggregateType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the findings of a verify of one read model into a result. For each kind of finding, the result contains a
 * count and a list of the first hundred.
 */
final class VerifyFindings {

    static final String WRONG_TOTALS = "wrongTotals";
    static final String BROKEN = "broken";

    private static final String UNSETTLED = "unsettled";

    static final List<String> LISTS = List.of("missing", "stale", "extra", "different", WRONG_TOTALS, BROKEN);

    /** Each list of a result has at most this many entries. */
    static final int MAX_LISTED = 100;

    /**
     * If the totals of more users than this are wrong or unsettled, the verify repairs nothing. The limit bounds the
     * number of user ids in memory.
     */
    private static final int MAX_USERS = 100_000;

    private final ObjectNode result;
    private final Set<String> usersExcludedFromRepair = new HashSet<>();

    /** An earlier attempt counted this number of unsettled aggregates. */
    private final long unsettledMirrorsBefore;

    private long compared;
    private boolean totalsCompared = true;

    /** This flag is false if an earlier attempt found more users whose totals may be wrong than its result lists. */
    private boolean wrongUsersComplete = true;

    private VerifyFindings(ObjectNode result) {
        this.result = result;
        this.unsettledMirrorsBefore = VerifyScope.MIRRORS.countUnsettled(result);
        this.compared = result.path("compared").asLong(0);
    }

    /** Returns empty findings. */
    static VerifyFindings begin(String model, int generation, ObjectNode result) {
        result.removeAll();
        result.put("model", model);
        result.put("generation", generation);
        result.putArray("notCompared");
        result.put("compared", 0);
        LISTS.forEach(result::putArray);
        ObjectNode counts = result.putObject("counts");
        LISTS.forEach(list -> counts.put(list, 0));
        result.put(UNSETTLED, 0);
        VerifyScope.begin(result);
        result.put("repaired", 0);
        result.put("repairsPending", 0);
        result.put("notRepaired", 0);
        result.putNull("consistent");
        return new VerifyFindings(result);
    }

    /** Returns whether findings can continue a result. They cannot if an earlier version of this program wrote it. */
    static boolean canResume(JsonNode result) {
        return result.has(VerifyScope.FIELD);
    }

    /** Returns findings that continue those of an earlier attempt. */
    static VerifyFindings resume(ObjectNode result) {
        VerifyFindings findings = new VerifyFindings(result);
        JsonNode wrong = result.path(WRONG_TOTALS);
        wrong.forEach(
                one -> findings.usersExcludedFromRepair.add(one.path("userId").asString("")));
        findings.totalsCompared = result.path("notCompared").isEmpty();
        findings.wrongUsersComplete = VerifyScope.USERS.countUnsettled(result) == 0
                && result.path("counts").path(WRONG_TOTALS).asLong(0) <= wrong.size();
        return findings;
    }

    /** Returns the listed differences of mirrors. */
    List<MirrorDifference> listedDifferences() {
        List<MirrorDifference> differences = new ArrayList<>();
        for (MirrorDifference.Kind kind : MirrorDifference.Kind.values()) {
            for (JsonNode entry : result.path(kind.code())) {
                AggregateType.ofCode(entry.path("type").asString(""))
                        .ifPresent(type -> differences.add(new MirrorDifference(
                                kind,
                                type,
                                entry.path("id").asString(""),
                                entry.path("userId").asString(""),
                                entry.path("version").asLong(0),
                                entry.path("mirrorVersion").asLong(0))));
            }
        }
        return differences;
    }

    void addCompared() {
        compared++;
        result.put("compared", compared);
    }

    long compared() {
        return compared;
    }

    void addDifference(MirrorDifference difference) {
        VerifyScope.MIRRORS.addDifference(result);
        addEntry(difference.kind().code())
                .put("type", difference.type().code())
                .put("id", difference.id())
                .put("userId", difference.owner())
                .put("version", difference.version())
                .put("mirrorVersion", difference.mirrorVersion());
    }

    void addWrongTotal(WrongTotal wrong) {
        excludeFromRepair(wrong.userId());
        VerifyScope.ofTotal(wrong.userId()).addDifference(result);
        ObjectNode excess = addEntry(WRONG_TOTALS)
                .put("id", wrong.id())
                .put("userId", wrong.userId())
                .putObject("tooMuch");
        wrong.excess().forEach(excess::put);
    }

    void addBroken(String document, @Nullable String message) {
        addEntry(BROKEN).put("document", document).put("message", message);
    }

    /**
     * Records a user, or {@code *}, whose totals are unsettled, for example because they differed and kept changing.
     * The global totals count once, even if an earlier attempt recorded them as unsettled too.
     */
    void addUnsettledTotals(String user) {
        VerifyScope scope = VerifyScope.ofTotal(user);
        scope.setUnsettled(result, scope == VerifyScope.GLOBAL_TOTALS ? 1 : scope.countUnsettled(result) + 1);
        excludeFromRepair(user);
    }

    private void excludeFromRepair(String user) {
        if (usersExcludedFromRepair.size() <= MAX_USERS) {
            usersExcludedFromRepair.add(user);
        }
    }

    /** Records that the totals were not compared, because this service has no definition of the read model's totals. */
    void skipTotals() {
        totalsCompared = false;
        ((ArrayNode) result.path("notCompared")).removeAll().add(WRONG_TOTALS);
    }

    /** Returns whether the totals of a user were compared and agree with the mirrors. */
    boolean totalsAgree(String user) {
        return totalsCompared
                && wrongUsersComplete
                && usersExcludedFromRepair.size() <= MAX_USERS
                && !usersExcludedFromRepair.contains(user);
    }

    void setRepair(DriftRepair.Result repair) {
        result.put("repaired", repair.repaired());
        result.put("repairsPending", repair.pending());
        result.put("notRepaired", repair.failed());
    }

    /** Sets the number of unsettled aggregates and users, and returns it. */
    long setUnsettled(long aggregates) {
        VerifyScope.MIRRORS.setUnsettled(result, unsettledMirrorsBefore + aggregates);
        long unsettled = Stream.of(VerifyScope.values())
                .mapToLong(scope -> scope.countUnsettled(result))
                .sum();
        result.put(UNSETTLED, unsettled);
        return unsettled;
    }

    /**
     * Sets the final counts, and whether both sides are consistent. The latter stays null if the verify found nothing,
     * but could not compare everything.
     */
    void conclude(long unsettledAggregates) {
        long unsettled = setUnsettled(unsettledAggregates);
        long found = LISTS.stream()
                .mapToLong(list -> result.path("counts").path(list).longValue())
                .sum();
        if (found > 0) {
            result.put("consistent", false);
        } else if (unsettled == 0 && totalsCompared) {
            result.put("consistent", true);
        }
    }

    /** Records the outstanding differences of each scope, after the conclusion. */
    void setOutstanding(ToDoubleFunction<VerifyScope> outstanding) {
        for (VerifyScope scope : VerifyScope.values()) {
            scope.setOutstanding(result, outstanding.applyAsDouble(scope));
        }
    }

    /** Returns a new entry of a list; if the list is full, the result does not keep the entry. */
    private ObjectNode addEntry(String list) {
        ObjectNode counts = (ObjectNode) result.path("counts");
        long count = counts.path(list).longValue() + 1;
        counts.put(list, count);
        ArrayNode entries = (ArrayNode) result.path(list);
        return count <= MAX_LISTED ? entries.addObject() : result.objectNode();
    }
}
