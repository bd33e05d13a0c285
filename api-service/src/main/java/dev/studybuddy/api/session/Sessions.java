package dev.studybuddy.api.session;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.cockroach.SqlTimes;
import dev.studybuddy.api.http.ETags;
import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.http.PageCursor;
import dev.studybuddy.api.outbox.Outbox;
import dev.studybuddy.api.user.OwnerCheck;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Change;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.SessionState;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads and changes the sessions of a caller; each change commits in one transaction with its event. */
@Component
final class Sessions {

    private final SessionTable table;
    private final OwnerCheck ownerCheck;
    private final RetryingTransactions transactions;
    private final Outbox outbox;
    private final Clock clock;

    Sessions(SessionTable table, OwnerCheck ownerCheck, RetryingTransactions transactions, Outbox outbox, Clock clock) {
        this.table = table;
        this.ownerCheck = ownerCheck;
        this.transactions = transactions;
        this.outbox = outbox;
        this.clock = clock;
    }

    Instant now() {
        return SqlTimes.now(clock);
    }

    Optional<SessionState> find(Caller caller, UUID id) {
        return table.findOfUser(caller.id(), id);
    }

    /** Returns a page of the caller's sessions, newest first. */
    Page<SessionState> list(Caller caller, PageCursor after, int limit) {
        List<SessionState> found = table.list(caller.id(), after, limit + 1);
        if (found.size() <= limit) {
            return new Page<>(found, null);
        }
        List<SessionState> items = found.subList(0, limit);
        SessionState last = items.getLast();
        return new Page<>(items, new PageCursor(last.createdAt(), UUID.fromString(last.id())).text());
    }

    /** Creates a session. The day of its completion is the date in the user's present zone. */
    SessionState create(Caller caller, UUID id, SessionFields.Values requested) {
        return transactions.run(() -> {
            ZoneId zone = ownerCheck.checkForWrite(caller.id(), requested.subject());
            Instant now = now();
            SessionState session = new SessionState(
                    id.toString(),
                    caller.userId(),
                    requested.subject(),
                    requested.sessionType(),
                    requested.minutes(),
                    requested.completedAt(),
                    LocalDate.ofInstant(requested.completedAt(), zone),
                    1,
                    now,
                    now);
            table.insert(session);
            outbox.append(AggregateType.SESSION, Change.CREATED, session);
            return session;
        });
    }

    /**
     * Deletes a session.
     *
     * @param ifMatch the If-Match header; null for an unconditional delete
     * @return the state that remains, or empty if the caller has no such session
     */
    Optional<DeletedState> delete(Caller caller, UUID id, @Nullable String ifMatch) {
        return transactions.run(() -> {
            Optional<SessionState> found = table.findOfUser(caller.id(), id);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            SessionState present = found.get();
            ETags.check(ifMatch, present.version());
            table.delete(present);
            DeletedState deleted = new DeletedState(present.id(), present.userId(), present.version() + 1);
            outbox.append(AggregateType.SESSION, Change.DELETED, deleted);
            return Optional.of(deleted);
        });
    }
}
