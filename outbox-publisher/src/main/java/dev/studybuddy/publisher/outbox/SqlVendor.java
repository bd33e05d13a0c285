package dev.studybuddy.publisher.outbox;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Holds the differences between the statements for CockroachDB and for PostgreSQL. The settings of the connections,
 * which also differ, are in {@code connection-init-sql} of {@code application.yaml}.
 */
enum SqlVendor {
    /** The server plans a statement once for all values of its parameters, so the limit is a parameter. */
    POSTGRESQL {
        @Override
        List<List<PageRequest>> statements(List<PageRequest> requests) {
            return List.of(requests);
        }
    },

    /**
     * The server reads all rows of a range before it applies a limit that is a parameter, so the limit is part of the
     * text, and the pages of one statement have one limit.
     */
    COCKROACHDB {
        @Override
        List<List<PageRequest>> statements(List<PageRequest> requests) {
            return List.copyOf(requests.stream()
                    .collect(Collectors.groupingBy(PageRequest::limit, TreeMap::new, Collectors.toList()))
                    .values());
        }
    };

    /** Returns the vendor of the server with this answer to {@code SELECT version()}. */
    static SqlVendor of(String version) {
        return version.startsWith("CockroachDB") ? COCKROACHDB : POSTGRESQL;
    }

    /** Splits the requests into one list for each statement. */
    abstract List<List<PageRequest>> statements(List<PageRequest> requests);

    boolean limitIsParameter() {
        return this == POSTGRESQL;
    }

    /** Returns the limit as the text of a statement contains it. */
    String limit(int rows) {
        return limitIsParameter() ? "?" : Integer.toString(rows);
    }
}
