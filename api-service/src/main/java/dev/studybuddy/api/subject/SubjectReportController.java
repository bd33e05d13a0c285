package dev.studybuddy.api.subject;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.ReadAudit;
import dev.studybuddy.api.cockroach.FallbackReads;
import dev.studybuddy.api.consistency.Fallback;
import dev.studybuddy.api.consistency.ReadModelQueries;
import dev.studybuddy.api.consistency.SharedResults;
import dev.studybuddy.api.http.QueryParameters;
import dev.studybuddy.api.mongo.MongoReadBreaker;
import dev.studybuddy.api.report.ReportScope;
import dev.studybuddy.api.user.OwnerCheck;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.readmodel.Names;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class SubjectReportController {

    private static final int DEFAULT_LIMIT = 10;

    /**
     * The report on all users selects the hardest subjects among this number of subjects with the most todos. One user
     * may have the same number of subjects.
     */
    private static final int MAX_SUBJECTS = OwnerCheck.MAX_SUBJECTS;

    private static final Duration SHARED_FOR = Duration.ofSeconds(1);

    private final ReadModelQueries queries;
    private final FallbackReads fallbackReads;
    private final SharedResults<MongoKey, Subjects> sharedReports;
    private final ReadAudit readAudit;

    SubjectReportController(
            ReadModelQueries queries,
            FallbackReads fallbackReads,
            MongoReadBreaker breaker,
            MonotonicClock clock,
            ReadAudit readAudit) {
        this.queries = queries;
        this.fallbackReads = fallbackReads;
        this.sharedReports = new SharedResults<>(SHARED_FOR, MAX_SUBJECTS, breaker, clock);
        this.readAudit = readAudit;
    }

    @Operation(
            operationId = "getSubjectReport",
            summary = "Returns the hardest subjects of a user or of all users",
            description = "The subject with the smallest answered share of its planned questions comes first. All todos"
                    + " count, whether they are completed or not. With scope=all, which only admins may use, the report"
                    + " covers all users and chooses among the " + MAX_SUBJECTS
                    + " subjects with the most todos. The list is empty for a user without todos.")
    @GetMapping(path = "/api/reports/subjects", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Subjects> subjects(
            Caller caller,
            HttpServletRequest request,
            @Parameter(
                            description = "The answer contains at most this number of subjects.",
                            schema =
                                    @Schema(
                                            type = "integer",
                                            minimum = "1",
                                            maximum = "" + MAX_SUBJECTS,
                                            defaultValue = "" + DEFAULT_LIMIT))
                    @RequestParam(required = false)
                    @Nullable
                    String limit,
            @RequestParam(required = false) @Nullable String userId,
            @RequestParam(required = false) @Nullable String scope) {
        QueryParameters parameters = new QueryParameters();
        int maxSubjects = parameters.integer("limit", limit, DEFAULT_LIMIT, 1, MAX_SUBJECTS);
        ReportScope reportScope = ReportScope.parse(parameters, userId, scope);
        parameters.finish();
        Optional<UUID> covered = reportScope.findUser(caller);
        if (covered.isEmpty()) {
            return answerForAllUsers(caller, request, maxSubjects);
        }
        UUID user = covered.get();
        ResponseEntity<Subjects> report = queries.read(
                Names.SUBJECTS,
                request,
                caller,
                generation -> MongoSubjects.readUser(generation, user, maxSubjects),
                new Fallback<>(
                        true,
                        () -> fallbackReads.readOfUser(jdbc -> new SqlSubjects(jdbc).readUser(user, maxSubjects))));
        readAudit.recordUserData(caller, "report.read", user);
        return report;
    }

    private ResponseEntity<Subjects> answerForAllUsers(Caller caller, HttpServletRequest request, int maxSubjects) {
        return queries.readShared(
                Names.SUBJECTS,
                request,
                caller,
                (generation, freshness) -> sharedReports.read(
                        new MongoKey(generation.number(), maxSubjects),
                        freshness,
                        () -> MongoSubjects.readAllUsers(generation, MAX_SUBJECTS, maxSubjects)),
                new Fallback<>(
                        false,
                        () -> fallbackReads.readShared(
                                new SqlKey(maxSubjects),
                                Subjects.class,
                                jdbc -> new SqlSubjects(jdbc).readAllUsers(MAX_SUBJECTS, maxSubjects))));
    }

    /** A key identifies a read of the report on all users from MongoDB. */
    private record MongoKey(int generation, int maxSubjects) {}

    /** A key identifies a read of the report on all users from CockroachDB. */
    private record SqlKey(int maxSubjects) {}
}
