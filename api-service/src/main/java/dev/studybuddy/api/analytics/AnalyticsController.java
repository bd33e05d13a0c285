package dev.studybuddy.api.analytics;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.ReadAudit;
import dev.studybuddy.api.cockroach.FallbackReads;
import dev.studybuddy.api.consistency.Fallback;
import dev.studybuddy.api.consistency.ReadModelQueries;
import dev.studybuddy.api.consistency.SharedResults;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.QueryParameters;
import dev.studybuddy.api.mongo.MongoReadBreaker;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.report.ReportScope;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.TimeZones;
import dev.studybuddy.readmodel.Names;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class AnalyticsController {

    private static final int MAX_DAYS_AFTER_FROM = AnalyticsSpan.MAX_DAYS - 1;
    private static final Duration SHARED_FOR = Duration.ofSeconds(1);
    private static final int MAX_SHARED = 50;

    private final ReadModelQueries queries;
    private final FallbackReads fallbackReads;
    private final SharedResults<MongoKey, Analytics> sharedReports;
    private final Clock clock;
    private final ReadAudit readAudit;

    AnalyticsController(
            ReadModelQueries queries,
            FallbackReads fallbackReads,
            MongoReadBreaker breaker,
            MonotonicClock monotonicClock,
            Clock clock,
            ReadAudit readAudit) {
        this.queries = queries;
        this.fallbackReads = fallbackReads;
        this.sharedReports = new SharedResults<>(SHARED_FOR, MAX_SHARED, breaker, monotonicClock);
        this.clock = clock;
        this.readAudit = readAudit;
    }

    @Operation(
            operationId = "getAnalytics",
            summary = "Returns the studied minutes, sessions and completed todos of a user or of all users",
            description = "The report covers the last days, or the days from one date to another. A session or todo"
                    + " counts on the local date on which its user completed it. The streak ends today or yesterday,"
                    + " whichever days the report covers.")
    @GetMapping(path = "/api/reports/analytics", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Analytics> analytics(
            Caller caller,
            HttpServletRequest request,
            @Parameter(
                            description = "The report covers this number of days, of which today is the last. The value"
                                    + " cannot be combined with `from` or `to`.",
                            schema =
                                    @Schema(
                                            type = "integer",
                                            minimum = "1",
                                            maximum = "" + AnalyticsSpan.MAX_DAYS,
                                            defaultValue = "" + AnalyticsSpan.DEFAULT_DAYS))
                    @RequestParam(required = false)
                    @Nullable
                    String days,
            @Parameter(
                            description = "The report covers the days from this date to the date in `to`. Both are"
                                    + " required together.",
                            schema = @Schema(type = "string", format = "date"),
                            example = "2026-11-23")
                    @RequestParam(required = false)
                    @Nullable
                    String from,
            @Parameter(
                            description = "This date is the last day of the report. It is at most "
                                    + MAX_DAYS_AFTER_FROM + " days after the date in `from`. Both are required"
                                    + " together.",
                            schema = @Schema(type = "string", format = "date"),
                            example = "2026-11-29")
                    @RequestParam(required = false)
                    @Nullable
                    String to,
            @RequestParam(required = false) @Nullable String userId,
            @RequestParam(required = false) @Nullable String scope) {
        QueryParameters parameters = new QueryParameters();
        AnalyticsSpan span = AnalyticsSpan.parse(parameters, days, from, to);
        ReportScope reportScope = ReportScope.parse(parameters, userId, scope);
        parameters.finish();
        Optional<UUID> covered = reportScope.findUser(caller);
        if (covered.isEmpty()) {
            return answerForAllUsers(caller, request, span);
        }
        UUID user = covered.get();
        ResponseEntity<Analytics> report = queries.read(
                Names.STUDY,
                request,
                caller,
                generation -> readUser(generation, caller, user, span),
                new Fallback<>(true, () -> fallbackReads.readOfUser(jdbc -> readUser(jdbc, caller, user, span))));
        readAudit.recordUserData(caller, "report.read", user);
        return report;
    }

    private ResponseEntity<Analytics> answerForAllUsers(Caller caller, HttpServletRequest request, AnalyticsSpan span) {
        LocalDate today = todayIn(Optional.empty());
        LocalDate from = span.first(today);
        LocalDate to = span.last(today);
        return queries.readShared(
                Names.STUDY,
                request,
                caller,
                (generation, freshness) -> sharedReports.read(
                        new MongoKey(generation.number(), from, to, today),
                        freshness,
                        () -> MongoAnalytics.readAllUsers(generation, from, to, today)),
                new Fallback<>(
                        false,
                        () -> fallbackReads.readShared(
                                new SqlKey(from, to, today),
                                Analytics.class,
                                jdbc -> new SqlAnalytics(jdbc).readAllUsers(from, to, today))));
    }

    private Analytics readUser(ReadGeneration generation, Caller caller, UUID user, AnalyticsSpan span) {
        Optional<ZoneId> callerZone = findZone(generation, caller.userId());
        Optional<ZoneId> userZone = caller.hasId(user) ? callerZone : findZone(generation, user.toString());
        LocalDate callerToday = todayIn(callerZone);
        return MongoAnalytics.readUser(
                generation,
                user.toString(),
                span.first(callerToday),
                span.last(callerToday),
                todayIn(requireUser(caller, user, userZone)));
    }

    private Analytics readUser(JdbcClient jdbc, Caller caller, UUID user, AnalyticsSpan span) {
        SqlAnalytics sql = new SqlAnalytics(jdbc);
        Optional<ZoneId> callerZone = sql.findZone(caller.id());
        Optional<ZoneId> userZone = caller.hasId(user) ? callerZone : sql.findZone(user);
        LocalDate callerToday = todayIn(callerZone);
        return sql.readUser(
                user, span.first(callerToday), span.last(callerToday), todayIn(requireUser(caller, user, userZone)));
    }

    private LocalDate todayIn(Optional<ZoneId> zone) {
        return LocalDate.ofInstant(clock.instant(), zone.orElse(ZoneOffset.UTC));
    }

    /**
     * Returns the zone, or answers 404 if the user is not the caller and has no zone, because no such user exists. The
     * caller's own row may not have reached MongoDB yet.
     */
    private static Optional<ZoneId> requireUser(Caller caller, UUID user, Optional<ZoneId> zone) {
        if (zone.isEmpty() && !caller.hasId(user)) {
            throw Problem.notFound("user").toException();
        }
        return zone;
    }

    private static Optional<ZoneId> findZone(ReadGeneration generation, String user) {
        Document mirror = generation
                .mirrors(AggregateType.USER)
                .find(new Document("_id", user))
                .projection(new Document("timeZone", 1))
                .first();
        return Optional.ofNullable(mirror == null ? null : mirror.get("timeZone"))
                .map(zone -> TimeZones.findOrUtc(String.valueOf(zone)));
    }

    /** A key identifies a read of the analytics of all users from MongoDB. The streak depends on today. */
    private record MongoKey(int generation, LocalDate from, LocalDate to, LocalDate today) {}

    /** A key identifies a read of the analytics of all users from CockroachDB. The streak depends on today. */
    private record SqlKey(LocalDate from, LocalDate to, LocalDate today) {}
}
