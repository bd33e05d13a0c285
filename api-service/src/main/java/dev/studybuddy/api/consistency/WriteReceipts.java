package dev.studybuddy.api.consistency;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.http.ETags;
import dev.studybuddy.api.http.Reply;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Creates the reply to a write, which carries the new version as an ETag and a consistency token. */
@Component
public final class WriteReceipts {

    private final ConsistencyTokens tokens;

    WriteReceipts(ConsistencyTokens tokens) {
        this.tokens = tokens;
    }

    /** Returns the reply to a write that produced this state. */
    public Reply of(Caller caller, HttpStatus status, AggregateType type, AggregateState state, @Nullable Object body) {
        String token = tokens.issue(caller, new AggregateVersion(type, state.id(), state.version()));
        return new Reply(
                status, Map.of(HttpHeaders.ETAG, ETags.of(state.version()), ConsistencyTokens.HEADER, token), body);
    }
}
