package dev.studybuddy.api.analytics;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.consistency.ReadModelReads;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.web.Parameters;
import dev.studybuddy.api.web.Problem;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Names;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class AnalyticsController {

    private static final int DEFAULT_DAYS = 7;
    private static final int MOST_DAYS = 366;

    private final ReadModelReads reads;
    private final SqlAnalytics sql;
    private final RetryingTransactions transactions;
    private final Clock clock;

    AnalyticsController(ReadModelReads reads, SqlAnalytics sql, RetryingTransactions transactions, Clock clock) {
        this.reads = reads;
        this.sql = sql;
        this.transactions = transactions;
        this.clock = clock;
    }

    @GetMapping("/api/reports/analytics")
    ResponseEntity<Analytics> analytics(
            Caller caller,
            HttpServletRequest request,
            @RequestParam(required = false) @Nullable String days,
            @RequestParam(required = false) @Nullable String userId,
            @RequestParam(required = false) @Nullable String scope) {
        Parameters parameters = new Parameters();
        int span = parameters.integer("days", days, DEFAULT_DAYS, 1, MOST_DAYS);
        Optional<UUID> asked = parameters.uuid("userId", userId);
        boolean everyone = parameters.code(
                "scope", scope, false, code -> code.equals("all") ? Optional.of(true) : Optional.empty(), "all");
        if (everyone && asked.isPresent()) {
            parameters.fault("userId", "goes not together with scope=all");
        }
        parameters.finish();
        if (everyone) {
            return ofEveryone(caller, request, span);
        }
        UUID user = asked.orElse(caller.id());
        if (!caller.is(user) && !caller.admin()) {
            throw Problem.notFound("user").exception();
        }
        return reads.answer(
                Names.STUDY,
                request,
                caller,
                generation -> ofUser(generation, caller, user, span),
                () -> transactions.run(() -> ofUser(caller, user, span)));
    }

    private ResponseEntity<Analytics> ofEveryone(Caller caller, HttpServletRequest request, int span) {
        if (!caller.admin()) {
            throw Problem.of(HttpStatus.FORBIDDEN, "forbidden", "Forbidden", "scope=all is for admins.")
                    .exception();
        }
        LocalDate to = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate from = to.minusDays(span - 1L);
        return reads.answer(
                Names.STUDY,
                request,
                caller,
                generation -> MongoAnalytics.ofEveryone(generation, from, to),
                () -> transactions.run(() -> sql.of(Optional.empty(), from, to, to)));
    }

    private Analytics ofUser(ReadGeneration generation, Caller caller, UUID user, int span) {
        Optional<ZoneId> callers = zone(generation, caller.userId());
        Optional<ZoneId> users = caller.is(user) ? callers : zone(generation, user.toString());
        LocalDate to = today(callers);
        return MongoAnalytics.ofUser(
                generation, user.toString(), to.minusDays(span - 1L), to, today(known(caller, user, users)));
    }

    private Analytics ofUser(Caller caller, UUID user, int span) {
        Optional<ZoneId> callers = sql.zone(caller.id());
        Optional<ZoneId> users = caller.is(user) ? callers : sql.zone(user);
        LocalDate to = today(callers);
        return sql.of(Optional.of(user), to.minusDays(span - 1L), to, today(known(caller, user, users)));
    }

    private LocalDate today(Optional<ZoneId> zone) {
        return LocalDate.ofInstant(clock.instant(), zone.orElse(ZoneOffset.UTC));
    }

    /** Another user must be there; one's own row may still be on its way. */
    private static Optional<ZoneId> known(Caller caller, UUID user, Optional<ZoneId> zone) {
        if (zone.isEmpty() && !caller.is(user)) {
            throw Problem.notFound("user").exception();
        }
        return zone;
    }

    private static Optional<ZoneId> zone(ReadGeneration generation, String user) {
        Document mirror = generation
                .mirrors(AggregateType.USER)
                .find(new Document("_id", user))
                .projection(new Document("timeZone", 1))
                .first();
        return Optional.ofNullable(mirror == null ? null : mirror.getString("timeZone"))
                .map(ZoneId::of);
    }
}
