package dev.studybuddy.api.audit;

import dev.studybuddy.api.cockroach.IndexedValues;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lists entries of the audit, newest first. A page reads the newest rows of one target, of one actor, or of each
 * action, along the index that begins with that column. Therefore the cost of a page does not grow with the number of
 * rows.
 */
@Repository
final class AuditList {

    private static final String SELECT = "(SELECT id, at, actor, action, target, detail FROM admin_audit WHERE ";

    private static final String RANGE = """
             AND at >= ? AND at < ? AND at <= ? AND (at < ? OR id < ?)
            ORDER BY at DESC, id DESC LIMIT ?)
            """;

    private static final OffsetDateTime EARLIEST = Instant.EPOCH.atOffset(ZoneOffset.UTC);
    private static final OffsetDateTime LATEST =
            Instant.parse("9999-12-31T00:00:00Z").atOffset(ZoneOffset.UTC);

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final IndexedValues actions;

    AuditList(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
        this.actions = new IndexedValues(jdbc, "admin_audit", "action");
    }

    /** Returns the matching entries before a position, newest first. */
    List<AdminAuditLog.Entry> find(AuditCriteria criteria, Instant before, UUID beforeId, int limit) {
        List<String> branches = new ArrayList<>();
        List<Object> parameters = new ArrayList<>();
        if (criteria.target() != null || criteria.actor() != null) {
            branches.add(SELECT + buildConditions(criteria, parameters) + RANGE);
            addRange(parameters, criteria, before, beforeId, limit);
        } else {
            String onlyAction = criteria.action();
            for (String action : onlyAction == null ? actions.read() : List.of(onlyAction)) {
                branches.add(SELECT + "action = ?" + RANGE);
                parameters.add(action);
                addRange(parameters, criteria, before, beforeId, limit);
            }
        }
        if (branches.isEmpty()) {
            return List.of();
        }
        parameters.add(limit);
        return jdbc.sql("SELECT * FROM (" + String.join("UNION ALL\n", branches)
                        + ") newest ORDER BY at DESC, id DESC LIMIT ?")
                .params(parameters)
                .query((row, number) -> new AdminAuditLog.Entry(
                        row.getObject("id", UUID.class),
                        row.getTimestamp("at").toInstant(),
                        row.getString("actor"),
                        row.getString("action"),
                        row.getString("target"),
                        json.readTree(row.getString("detail"))))
                .list();
    }

    /** Returns the conditions on the chosen columns and adds their parameters. */
    private static String buildConditions(AuditCriteria criteria, List<Object> parameters) {
        List<String> conditions = new ArrayList<>();
        addCondition("target", criteria.target(), conditions, parameters);
        addCondition("actor", criteria.actor(), conditions, parameters);
        addCondition("action", criteria.action(), conditions, parameters);
        return String.join(" AND ", conditions);
    }

    private static void addCondition(
            String column, @Nullable String value, List<String> conditions, List<Object> parameters) {
        if (value != null) {
            conditions.add(column + " = ?");
            parameters.add(value);
        }
    }

    private static void addRange(
            List<Object> parameters, AuditCriteria criteria, Instant before, UUID beforeId, int limit) {
        OffsetDateTime position = before.atOffset(ZoneOffset.UTC);
        Instant from = criteria.from();
        Instant to = criteria.to();
        parameters.add(from == null ? EARLIEST : from.atOffset(ZoneOffset.UTC));
        parameters.add(to == null ? LATEST : to.atOffset(ZoneOffset.UTC));
        parameters.add(position);
        parameters.add(position);
        parameters.add(beforeId);
        parameters.add(limit);
    }
}
