package dev.studybuddy.api.consistency;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.http.ETags;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Creates the answer to a write, which carries the new version as an ETag and in a consistency token. After the commit,
 * the caller's subscriptions wait for the version.
 */
@Component
public final class WriteAnswers {

    /** A request may write at most this number of aggregates, because one token must contain all their versions. */
    public static final int MAX_WRITES = ConsistencyTokens.MAX_ENTRIES;

    private final ConsistencyTokens tokens;
    private final VersionFeed feed;

    WriteAnswers(ConsistencyTokens tokens, VersionFeed feed) {
        this.tokens = tokens;
        this.feed = feed;
    }

    /**
     * Returns the answer to a write that produced this state.
     *
     * @param body the object that is rendered as JSON; null for an answer without a body
     */
    public UnrenderedAnswer of(
            Caller caller, HttpStatus status, AggregateType type, AggregateState state, @Nullable Object body) {
        AggregateVersion version = new AggregateVersion(type, state.id(), state.version());
        feed.addAfterCommit(caller, version);
        String token = tokens.issue(caller, version);
        return new UnrenderedAnswer(
                status, Map.of(HttpHeaders.ETAG, ETags.of(state.version()), ConsistencyTokens.HEADER, token), body);
    }

    /**
     * Returns the answer to a change of one aggregate, whose body is its state after the change.
     *
     * @param changed the state after the change; empty if the caller has no such aggregate
     * @throws dev.studybuddy.api.http.ProblemException 404 if the caller has no such aggregate
     */
    public UnrenderedAnswer ofChange(Caller caller, AggregateType type, Optional<? extends AggregateState> changed) {
        AggregateState state = changed.orElseThrow(() -> notFound(type));
        return of(caller, HttpStatus.OK, type, state, state);
    }

    /**
     * Returns the answer to a deletion of one aggregate.
     *
     * @param deleted the state that remains; empty if the caller has no such aggregate
     * @throws dev.studybuddy.api.http.ProblemException 404 if the caller has no such aggregate
     */
    public UnrenderedAnswer ofDeletion(Caller caller, AggregateType type, Optional<DeletedState> deleted) {
        return of(caller, HttpStatus.NO_CONTENT, type, deleted.orElseThrow(() -> notFound(type)), null);
    }

    private static ProblemException notFound(AggregateType type) {
        return Problem.notFound(type.code()).toException();
    }

    /**
     * Returns the answer to a request that wrote several aggregates of one type. It has one consistency token for all
     * of them, or no token if the request wrote none.
     *
     * @param written the states that the request produced, at most {@link #MAX_WRITES}
     */
    public UnrenderedAnswer ofAll(
            Caller caller, HttpStatus status, AggregateType type, List<? extends AggregateState> written, Object body) {
        UnrenderedAnswer answer = UnrenderedAnswer.of(status, body);
        if (written.isEmpty()) {
            return answer;
        }
        AggregateVersion[] versions = written.stream()
                .map(state -> new AggregateVersion(type, state.id(), state.version()))
                .toArray(AggregateVersion[]::new);
        feed.addAfterCommit(caller, versions);
        return answer.header(ConsistencyTokens.HEADER, tokens.issue(caller, versions));
    }
}
