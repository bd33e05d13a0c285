package dev.studybuddy.api.consistency;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.mongo.GenerationSelector;
import dev.studybuddy.api.mongo.MongoReadBreaker;
import dev.studybuddy.api.mongo.MongoSessions;
import dev.studybuddy.api.mongo.MongoUnavailableException;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.background.MonotonicClock;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * Answers a read from MongoDB, after a limited wait until MongoDB shows the writes of the presented consistency tokens.
 * If MongoDB is unavailable, CockroachDB answers a read that has a fallback, and any other read fails with 503.
 */
@Component
public final class ReadModelQueries {

    /** This header names the source of an answer: {@code mongodb} or {@code cockroachdb}. */
    public static final String SOURCE_HEADER = "X-Read-Source";

    /**
     * This header reports the lag of the read model in milliseconds, sampled once a second. It is absent if the lag is
     * unknown.
     */
    public static final String LAG_HEADER = "X-Read-Lag-Ms";

    /**
     * This header reports whether the answer includes the writes of the request's tokens. It is absent without tokens.
     */
    public static final String CONSISTENT_HEADER = "X-Read-Consistent";

    /**
     * The answer to a write contains its consistency token in this header. A read presents tokens in it, and waits for
     * a limited time until the read model shows their writes.
     */
    public static final String TOKEN_HEADER = ConsistencyTokens.HEADER;

    /** A request limits its wait for the writes of its tokens by this header, in milliseconds. */
    public static final String WAIT_HEADER = "X-Consistency-Wait-Ms";

    private static final Logger LOG = LoggerFactory.getLogger(ReadModelQueries.class);
    private static final int DEFAULT_WAIT_MS = 2000;
    private static final int MAX_WAIT_MS = 10_000;
    /**
     * A read of MongoDB that has a fallback ends this long before the deadline of the request, so that CockroachDB can
     * answer if the read fails.
     */
    private static final Duration FALLBACK_TIME = Duration.ofMillis(1200);

    private final ConsistencyTokens tokens;
    private final VersionWait versionWait;
    private final GenerationSelector generationSelector;
    private final MongoReadBreaker breaker;
    private final MongoSessions mongoSessions;
    private final ReadModelLag lag;
    private final MonotonicClock clock;

    ReadModelQueries(
            ConsistencyTokens tokens,
            VersionWait versionWait,
            GenerationSelector generationSelector,
            MongoReadBreaker breaker,
            MongoSessions mongoSessions,
            ReadModelLag lag,
            MonotonicClock clock) {
        this.tokens = tokens;
        this.versionWait = versionWait;
        this.generationSelector = generationSelector;
        this.breaker = breaker;
        this.mongoSessions = mongoSessions;
        this.lag = lag;
        this.clock = clock;
    }

    /**
     * Returns the answer to a read with the headers that describe its source and its consistency. All reads of MongoDB
     * use one generation, in one session of the driver, so that a version that the wait found is also in the answer.
     *
     * @param model the name of the read model
     * @param mongo the read of one generation of the read model, which runs at most once
     * @param fallback the equivalent read of CockroachDB
     * @throws dev.studybuddy.api.http.ProblemException 400 if a token or the longest wait is invalid, 503 if too many
     *     requests read at once
     */
    public <T> ResponseEntity<T> read(
            String model,
            HttpServletRequest request,
            Caller caller,
            Function<ReadGeneration, T> mongo,
            Fallback<T> fallback) {
        return readShared(
                model, request, caller, (generation, freshness) -> readOnce(mongo, generation, freshness), fallback);
    }

    /**
     * Returns the answer to a read whose result may be shared with other requests, with the headers that describe its
     * source and its consistency.
     *
     * @param model the name of the read model
     * @param mongo the read of one generation of the read model, which makes each of its reads of MongoDB through the
     *     {@link MongoReadBreaker}
     * @param fallback the equivalent read of CockroachDB
     * @throws dev.studybuddy.api.http.ProblemException 400 if a token or the longest wait is invalid, 503 if too many
     *     requests read at once
     */
    public <T> ResponseEntity<T> readShared(
            String model, HttpServletRequest request, Caller caller, SharedRead<T> mongo, Fallback<T> fallback) {
        List<AggregateVersion> required = readTokens(request, caller);
        Duration wait = readWait(request.getHeader(WAIT_HEADER));
        try {
            return Deadline.runReserving(FALLBACK_TIME, () -> readMongo(model, caller, required, wait, mongo));
        } catch (MongoUnavailableException unavailable) {
            LOG.atDebug()
                    .addKeyValue("model", model)
                    .addKeyValue("error", unavailable.getMessage())
                    .log("MongoDB cannot serve this read; CockroachDB answers it");
            return response(
                    model,
                    "cockroachdb",
                    required.isEmpty() ? null : fallback.current(),
                    fallback.read().get());
        }
    }

    /**
     * Returns the answer to a read that CockroachDB cannot answer, with the headers that describe its consistency.
     *
     * @param model the name of the read model
     * @param mongo the read of one generation of the read model, which runs at most once
     * @throws MongoUnavailableException if MongoDB is unavailable or the read model has no active generation yet
     * @throws dev.studybuddy.api.http.ProblemException 400 if a token or the longest wait is invalid, 503 if too many
     *     requests read at once
     */
    public <T> ResponseEntity<T> read(
            String model, HttpServletRequest request, Caller caller, Function<ReadGeneration, T> mongo) {
        return readMongo(
                model,
                caller,
                readTokens(request, caller),
                readWait(request.getHeader(WAIT_HEADER)),
                (generation, freshness) -> readOnce(mongo, generation, freshness));
    }

    private <T> SharedRead.Result<T> readOnce(
            Function<ReadGeneration, T> mongo, ReadGeneration generation, SharedRead.Freshness freshness) {
        return new SharedRead.Result<>(breaker.read(() -> mongo.apply(generation)), freshness.showsWrites());
    }

    private List<AggregateVersion> readTokens(HttpServletRequest request, Caller caller) {
        return tokens.read(caller, Collections.list(request.getHeaders(ConsistencyTokens.HEADER)));
    }

    private <T> ResponseEntity<T> readMongo(
            String model, Caller caller, List<AggregateVersion> required, Duration wait, SharedRead<T> mongo) {
        try (MongoSessions.MongoSession session = mongoSessions.open()) {
            ReadGeneration generation = generationSelector.current(model, session);
            if (required.isEmpty()) {
                return response(
                        model,
                        "mongodb",
                        null,
                        mongo.read(generation, SharedRead.Freshness.NONE).value());
            }
            long startNanos = clock.nanos();
            boolean shown = awaitVersions(caller, generation, required, wait);
            long nowNanos = clock.nanos();
            Duration left = wait.minusNanos(nowNanos - startNanos);
            SharedRead.Freshness freshness = shown
                    ? new SharedRead.Freshness(OptionalLong.of(nowNanos), left.isNegative() ? Duration.ZERO : left)
                    : SharedRead.Freshness.NONE;
            SharedRead.Result<T> result = mongo.read(generation, freshness);
            return response(model, "mongodb", shown && result.current(), result.value());
        }
    }

    /** Waits for the versions. The caller requested the wait, so it does not count towards the request's deadline. */
    private boolean awaitVersions(
            Caller caller, ReadGeneration generation, List<AggregateVersion> required, Duration wait) {
        long startNanos = clock.nanos();
        Deadline.extend(wait);
        try {
            return versionWait.await(caller.id(), generation, required, wait);
        } finally {
            Duration unused = wait.minusNanos(clock.nanos() - startNanos);
            if (!unused.isNegative()) {
                Deadline.extend(unused.negated());
            }
        }
    }

    private <T> ResponseEntity<T> response(String model, String source, @Nullable Boolean consistent, T body) {
        ResponseEntity.BodyBuilder response = ResponseEntity.ok()
                .header(SOURCE_HEADER, source)
                // Each answer belongs to its caller, and a client validates it before each use.
                .header(HttpHeaders.CACHE_CONTROL, "private, no-cache");
        lag.millis(model).ifPresent(millis -> response.header(LAG_HEADER, String.valueOf(millis)));
        if (consistent != null) {
            response.header(CONSISTENT_HEADER, consistent.toString());
        }
        return response.body(body);
    }

    private static Duration readWait(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return Duration.ofMillis(DEFAULT_WAIT_MS);
        }
        if (header.strip().matches("\\d{1,5}")) {
            int millis = Integer.parseInt(header.strip());
            if (millis <= MAX_WAIT_MS) {
                return Duration.ofMillis(millis);
            }
        }
        throw Problem.invalid(WAIT_HEADER, "must be a whole number of milliseconds from 0 to " + MAX_WAIT_MS)
                .toException();
    }
}
