package dev.studybuddy.api.verify;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a verify found, written into its job's result: lists of the first hundred, and counts. */
final class VerifyReport {

    static final List<String> LISTS = List.of("missing", "stale", "extra", "different", "wrongTotals", "broken");

    private static final int LISTED = 100;

    private final ObjectNode result;
    private final Set<String> usersWithWrongTotals = new HashSet<>();
    private final Set<String> unsureUsers = new HashSet<>();
    private long compared;
    private boolean totalsKnown = true;

    VerifyReport(String model, ObjectNode result) {
        this.result = result;
        result.removeAll();
        result.put("model", model);
        result.putArray("notCompared");
        result.put("compared", 0);
        LISTS.forEach(result::putArray);
        ObjectNode counts = result.putObject("counts");
        LISTS.forEach(list -> counts.put(list, 0));
        result.put("unsettled", 0);
        result.put("repaired", 0);
        result.putNull("consistent");
    }

    void compared(long more) {
        compared += more;
        result.put("compared", compared);
    }

    long compared() {
        return compared;
    }

    void drift(Drift drift) {
        entry(drift.kind().code())
                .put("type", drift.type().code())
                .put("id", drift.id())
                .put("userId", drift.owner())
                .put("version", drift.version())
                .put("mirrorVersion", drift.mirrorVersion());
    }

    void wrongTotal(UserTotals.WrongTotal wrong) {
        usersWithWrongTotals.add(wrong.userId());
        ObjectNode tooMuch = entry("wrongTotals")
                .put("id", wrong.id())
                .put("userId", wrong.userId())
                .putObject("tooMuch");
        wrong.tooMuch().forEach(tooMuch::put);
    }

    void broken(String document, @Nullable String message) {
        entry("broken").put("document", document).put("message", message);
    }

    /** A user whose totals differed in passing and never rested: neither right nor wrong can be said. */
    void unsure(String user) {
        unsureUsers.add(user);
    }

    /** This service doesn't know what contributes to the model's totals: that they were not compared is said. */
    void totalsUnknown() {
        totalsKnown = false;
        ((ArrayNode) result.path("notCompared")).add("wrongTotals");
    }

    boolean totalsAgree(String user) {
        return totalsKnown && !usersWithWrongTotals.contains(user) && !unsureUsers.contains(user);
    }

    void repaired(long repaired) {
        result.put("repaired", repaired);
    }

    /** Null where nothing was found, and something could not be looked at. */
    void conclude(long unsettledAggregates) {
        long unsettled = unsettledAggregates + unsureUsers.size();
        result.put("unsettled", unsettled);
        long found = LISTS.stream()
                .mapToLong(list -> result.path("counts").path(list).longValue())
                .sum();
        if (found > 0) {
            result.put("consistent", false);
        } else if (unsettled == 0 && totalsKnown) {
            result.put("consistent", true);
        }
    }

    /** An entry of a list; one that is not kept where the list is full. */
    private ObjectNode entry(String list) {
        ObjectNode counts = (ObjectNode) result.path("counts");
        long count = counts.path(list).longValue() + 1;
        counts.put(list, count);
        ArrayNode entries = (ArrayNode) result.path(list);
        return count <= LISTED ? entries.addObject() : result.objectNode();
    }
}
