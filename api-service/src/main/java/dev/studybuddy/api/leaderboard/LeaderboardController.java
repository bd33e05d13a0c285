package dev.studybuddy.api.leaderboard;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.cockroach.FallbackReads;
import dev.studybuddy.api.consistency.Fallback;
import dev.studybuddy.api.consistency.ReadModelQueries;
import dev.studybuddy.api.http.QueryParameters;
import dev.studybuddy.readmodel.Names;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

@RestController
final class LeaderboardController {

    private static final int DEFAULT_LIMIT = 10;

    private final ReadModelQueries queries;
    private final LeaderboardPages pages;
    private final FallbackReads fallbackReads;
    private final JsonMapper json;
    private final Clock clock;

    LeaderboardController(
            ReadModelQueries queries,
            LeaderboardPages pages,
            FallbackReads fallbackReads,
            JsonMapper json,
            Clock clock) {
        this.queries = queries;
        this.pages = pages;
        this.fallbackReads = fallbackReads;
        this.json = json;
        this.clock = clock;
    }

    @Operation(
            operationId = "getLeaderboard",
            summary = "Ranks the users of a period by their points",
            description =
                    "All callers share the ranked users of a period. The field asOf is the time of the data. Without"
                            + " a consistency token, the age of data from MongoDB is at most twice"
                            + " studybuddy.leaderboard.cache (one second by default). If CockroachDB answers, the"
                            + " data may be older. The entries start at the top, or surround the user whose id the"
                            + " parameter around contains. A hidden user appears only to themselves and keeps their"
                            + " rank. If rankExact is false, the rank is an estimate. The ETag identifies the"
                            + " entries.")
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = Leaderboard.class)))
    @GetMapping(path = "/api/users/leaderboard", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> leaderboard(
            Caller caller,
            HttpServletRequest request,
            @Parameter(
                            description = "The entries rank the points of the year, month, week or day that contains"
                                    + " the date, or of all time.",
                            schema =
                                    @Schema(
                                            defaultValue = "all",
                                            allowableValues = {"all", "year", "month", "week", "day"}))
                    @RequestParam(required = false)
                    @Nullable
                    String period,
            @Parameter(
                            description =
                                    "The period contains this date. The default is today in the caller's time zone.",
                            schema = @Schema(type = "string", format = "date"),
                            example = "2026-11-23")
                    @RequestParam(required = false)
                    @Nullable
                    String on,
            @Parameter(
                            description = "The answer contains at most this number of entries.",
                            schema =
                                    @Schema(
                                            type = "integer",
                                            minimum = "1",
                                            maximum = "" + LeaderboardQuery.MAX_LIMIT,
                                            defaultValue = "" + DEFAULT_LIMIT))
                    @RequestParam(required = false)
                    @Nullable
                    String limit,
            @Parameter(
                            description = "The entries surround the user with this id.",
                            schema = @Schema(type = "string", format = "uuid"))
                    @RequestParam(required = false)
                    @Nullable
                    String around) {
        QueryParameters parameters = new QueryParameters();
        LeaderboardQuery query = new LeaderboardQuery(
                parameters.code(
                        "period",
                        period,
                        LeaderboardPeriod.ALL,
                        LeaderboardPeriod::ofCode,
                        "all, year, month, week, day"),
                parameters.date("on", on),
                parameters.integer("limit", limit, DEFAULT_LIMIT, 1, LeaderboardQuery.MAX_LIMIT),
                parameters.uuid("around", around).map(Object::toString),
                caller.userId(),
                clock.instant());
        parameters.finish();
        ResponseEntity<LeaderboardPage> page = queries.readShared(
                Names.STUDY,
                request,
                caller,
                (generation, freshness) -> pages.read(generation, query, freshness),
                new Fallback<>(false, () -> readSql(query)));
        return Objects.requireNonNull(page.getBody())
                .render(json, query.caller(), query.limit())
                .answer(request, page.getHeaders());
    }

    private LeaderboardPage readSql(LeaderboardQuery query) {
        LocalDate date = query.findDate()
                .orElseGet(() ->
                        query.today(fallbackReads.readOfUser(jdbc -> SqlLeaderboard.readZone(jdbc, query.caller()))));
        SqlKey key = new SqlKey(query.period().nameOn(date), query.around(), query.pageLimit());
        return fallbackReads.readShared(key, LeaderboardPage.class, jdbc -> {
            SqlLeaderboard leaderboard = new SqlLeaderboard(jdbc, query.period(), date, query.now());
            return query.around()
                    .map(user -> leaderboard.readAround(user, query.limit()))
                    .orElseGet(() -> leaderboard.readTop(query.pageLimit()));
        });
    }

    /** A key identifies a page that CockroachDB answers. */
    private record SqlKey(String period, Optional<String> around, int limit) {}
}
