package dev.studybuddy.api.consistency;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.cockroach.Deadline;
import dev.studybuddy.api.lag.SyncLag;
import dev.studybuddy.api.mongo.ActiveGeneration;
import dev.studybuddy.api.mongo.MongoAwayException;
import dev.studybuddy.api.mongo.MongoGate;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Answers from MongoDB, including the writes that the caller asks for, or from CockroachDB where MongoDB is away. */
@Component
public final class ReadModelReads {

    /** Says where an answer came from: {@code mongodb} or {@code cockroachdb}. */
    public static final String SOURCE_HEADER = "X-Read-Source";

    /** How old the newest state is that MongoDB may lack, in milliseconds, sampled each second; absent where unknown. */
    public static final String LAG_HEADER = "X-Read-Lag-Ms";

    /** Whether the answer includes the writes of the tokens that the request gave. */
    public static final String CONSISTENT_HEADER = "X-Read-Consistent";

    /** How long a request wants to wait for its writes. */
    public static final String WAIT_HEADER = "X-Consistency-Wait-Ms";

    private static final Logger LOG = LoggerFactory.getLogger(ReadModelReads.class);
    private static final int DEFAULT_WAIT_MS = 2000;
    private static final int MOST_WAIT_MS = 10_000;

    private final ConsistencyTokens tokens;
    private final Visibility visibility;
    private final ActiveGeneration active;
    private final MongoGate gate;
    private final SyncLag lag;

    ReadModelReads(
            ConsistencyTokens tokens, Visibility visibility, ActiveGeneration active, MongoGate gate, SyncLag lag) {
        this.tokens = tokens;
        this.visibility = visibility;
        this.active = active;
        this.gate = gate;
        this.lag = lag;
    }

    /**
     * The answer with its headers.
     *
     * @param model the read model that answers
     * @param mongo reads one generation of it; may run once
     * @param fallback reads CockroachDB
     */
    public <T> ResponseEntity<T> answer(
            String model,
            HttpServletRequest request,
            Caller caller,
            Function<ReadGeneration, T> mongo,
            Supplier<T> fallback) {
        List<AggregateVersion> wanted =
                tokens.read(caller, Collections.list(request.getHeaders(ConsistencyTokens.HEADER)));
        Duration wait = wait(request.getHeader(WAIT_HEADER));
        try {
            ReadGeneration generation = active.current(model);
            Boolean consistent = null;
            if (!wanted.isEmpty()) {
                consistent = visibility.await(generation, wanted, wait);
                Deadline.restart();
            }
            return answer(model, "mongodb", consistent, gate.read(() -> mongo.apply(generation)));
        } catch (MongoAwayException away) {
            LOG.debug("CockroachDB answers, since {}", away.getMessage());
            Deadline.restart();
            return answer(model, "cockroachdb", wanted.isEmpty() ? null : true, fallback.get());
        }
    }

    private <T> ResponseEntity<T> answer(String model, String source, @Nullable Boolean consistent, T body) {
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok().header(SOURCE_HEADER, source);
        lag.millis(model).ifPresent(millis -> answer.header(LAG_HEADER, String.valueOf(millis)));
        if (consistent != null) {
            answer.header(CONSISTENT_HEADER, consistent.toString());
        }
        return answer.body(body);
    }

    private static Duration wait(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return Duration.ofMillis(DEFAULT_WAIT_MS);
        }
        if (header.strip().matches("\\d{1,5}")) {
            int millis = Integer.parseInt(header.strip());
            if (millis <= MOST_WAIT_MS) {
                return Duration.ofMillis(millis);
            }
        }
        throw Problem.invalid(WAIT_HEADER, "must be a whole number from 0 to " + MOST_WAIT_MS)
                .exception();
    }
}
