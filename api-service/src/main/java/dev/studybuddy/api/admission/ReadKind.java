package dev.studybuddy.api.admission;

import java.util.List;
import java.util.stream.Stream;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * A read kind groups reads that share permits, so that the reads of another kind never cause their rejection.
 *
 * @param label the value of the label {@code kind} of the metrics
 * @param paths the matcher of the paths of these reads
 */
record ReadKind(String label, RequestMatcher paths) {

    /** This kind contains the reads of the read models, which MongoDB answers. */
    static final ReadKind REPORTS = of("reports", "/api/users/leaderboard", "/api/reports/**");

    /**
     * This kind contains the lists of a user's own rows. Each read takes a connection to CockroachDB from the writes.
     */
    static final ReadKind LISTS = of("lists", "/api/todos", "/api/sessions", "/api/subjects");

    /**
     * This kind contains the operators' lists that only CockroachDB answers. Each read takes a connection from the
     * writes.
     */
    static final ReadKind OPERATOR_LISTS =
            of("operator-lists", "/api/admin/audit", "/api/admin/jobs", "/api/admin/outbox/stuck", "/api/admin/users");

    /** This kind contains the operators' lists that both databases answer, so that a slow MongoDB makes them slow. */
    static final ReadKind OPERATOR_LISTS_WITH_MONGODB = of(
            "operator-lists-with-mongodb",
            "/api/admin/dead-letters",
            "/api/admin/dead-letters/groups",
            "/api/admin/events/{aggregateId}");

    private static ReadKind of(String label, String... patterns) {
        List<RequestMatcher> matchers = Stream.of(patterns)
                .<RequestMatcher>map(PathPatternRequestMatcher::pathPattern)
                .toList();
        return new ReadKind(label, new OrRequestMatcher(matchers));
    }
}
