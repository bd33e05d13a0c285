package dev.studybuddy.api.job;

import dev.studybuddy.api.cockroach.IndexedValues;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Lists jobs, newest first. Each kind and state has a range of its own in an index, and a page reads the newest rows of
 * each range. Therefore the cost of a page does not grow with the number of jobs.
 */
@Repository
final class JobList {

    private static final String POSITION = """
             AND created_at <= ? AND (created_at < ? OR id < ?)
            ORDER BY created_at DESC, id DESC LIMIT ?)
            """;

    private static final String OF_STATE =
            "(SELECT " + JobTable.COLUMNS + " FROM jobs WHERE kind = ? AND state = ?" + POSITION;

    private static final String OF_SUBJECT = "(SELECT " + JobTable.COLUMNS
            + " FROM jobs WHERE kind = ? AND subject = ? AND (CAST(? AS TEXT) IS NULL OR state = ?)" + POSITION;

    private static final String OF_SETTING = "SELECT " + JobTable.COLUMNS
            + " FROM jobs WHERE kind = ? AND state = ? AND settings ->> CAST(? AS text) = ?"
            + " ORDER BY created_at DESC, id DESC LIMIT ?";

    private final JdbcClient jdbc;
    private final JobTable table;
    private final IndexedValues kinds;

    JobList(JdbcClient jdbc, JobTable table) {
        this.jdbc = jdbc;
        this.table = table;
        this.kinds = new IndexedValues(jdbc, "jobs", "kind");
    }

    /** Returns the newest jobs of a kind and state whose setting has a value, newest first. */
    List<Job> findNewest(String kind, JobState state, String setting, String value, int limit) {
        return jdbc.sql(OF_SETTING)
                .params(kind, state.code(), setting, value, limit)
                .query(table::readRow)
                .list();
    }

    /**
     * Returns the matching jobs before a position, newest first.
     *
     * @param before the time of the position
     * @param beforeId the id of the position, which orders jobs with equal times
     * @param limit the largest number of jobs to return
     */
    List<Job> find(JobCriteria criteria, Instant before, UUID beforeId, int limit) {
        List<String> branches = new ArrayList<>();
        List<@Nullable Object> parameters = new ArrayList<>();
        Object[] position = {before.atOffset(ZoneOffset.UTC), before.atOffset(ZoneOffset.UTC), beforeId, limit};
        String onlyKind = criteria.kind();
        JobState onlyState = criteria.state();
        String subject = criteria.subject();
        for (String kind : onlyKind == null ? kinds.read() : List.of(onlyKind)) {
            if (subject == null) {
                for (JobState state : onlyState == null ? List.of(JobState.values()) : List.of(onlyState)) {
                    branches.add(OF_STATE);
                    parameters.add(kind);
                    parameters.add(state.code());
                    parameters.addAll(List.of(position));
                }
            } else {
                String stateCode = onlyState == null ? null : onlyState.code();
                branches.add(OF_SUBJECT);
                parameters.add(kind);
                parameters.add(subject);
                parameters.add(stateCode);
                parameters.add(stateCode);
                parameters.addAll(List.of(position));
            }
        }
        if (branches.isEmpty()) {
            return List.of();
        }
        parameters.add(limit);
        return jdbc.sql("SELECT * FROM (" + String.join("UNION ALL\n", branches)
                        + ") newest ORDER BY created_at DESC, id DESC LIMIT ?")
                .params(parameters)
                .query(table::readRow)
                .list();
    }
}
