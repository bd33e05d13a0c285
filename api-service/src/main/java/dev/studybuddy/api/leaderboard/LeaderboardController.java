package dev.studybuddy.api.leaderboard;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.consistency.ReadModelQueries;
import dev.studybuddy.api.http.QueryParameters;
import dev.studybuddy.readmodel.Names;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class LeaderboardController {

    private static final int DEFAULT_LIMIT = 10;
    private static final int MAX_LIMIT = 100;

    private final ReadModelQueries queries;
    private final SqlLeaderboard sql;
    private final RetryingTransactions transactions;
    private final Clock clock;

    LeaderboardController(
            ReadModelQueries queries, SqlLeaderboard sql, RetryingTransactions transactions, Clock clock) {
        this.queries = queries;
        this.sql = sql;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Operation(summary = "Ranks users by their points in a period")
    @GetMapping("/api/users/leaderboard")
    ResponseEntity<Leaderboard> leaderboard(
            Caller caller,
            HttpServletRequest request,
            @RequestParam(required = false) @Nullable String period,
            @RequestParam(required = false) @Nullable String on,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String around) {
        QueryParameters parameters = new QueryParameters();
        LeaderboardQuery query = new LeaderboardQuery(
                parameters.code(
                        "period",
                        period,
                        LeaderboardPeriod.ALL,
                        LeaderboardPeriod::ofCode,
                        "all, year, month, week, day"),
                parameters.date("on", on),
                parameters.integer("limit", limit, DEFAULT_LIMIT, 1, MAX_LIMIT),
                parameters.uuid("around", around).map(Object::toString),
                caller.userId(),
                clock.instant());
        parameters.finish();
        return queries.read(
                Names.STUDY,
                request,
                caller,
                generation -> MongoLeaderboard.read(generation, query),
                () -> transactions.run(() -> sql.read(query)));
    }
}
