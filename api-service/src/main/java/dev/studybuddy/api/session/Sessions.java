package dev.studybuddy.api.session;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.cockroach.SqlTimes;
import dev.studybuddy.api.http.ETags;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.outbox.Outbox;
import dev.studybuddy.api.user.OwnerCheck;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.EventKind;
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
    private final SessionList lists;
    private final OwnerCheck ownerCheck;
    private final RetryingTransactions transactions;
    private final Outbox outbox;
    private final Clock clock;

    Sessions(
            SessionTable table,
            SessionList lists,
            OwnerCheck ownerCheck,
            RetryingTransactions transactions,
            Outbox outbox,
            Clock clock) {
        this.table = table;
        this.lists = lists;
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

    /** Returns a page of the caller's sessions. */
    Page<SessionState> list(Caller caller, SessionList.Query query) {
        List<SessionState> found = lists.read(caller.id(), query);
        return Page.of(
                found, query.limit(), session -> query.order().cursorOf(session).text());
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
            outbox.append(AggregateType.SESSION, EventKind.CREATED, session);
            return session;
        });
    }

    /**
     * Applies a patch to a session. A patch that changes nothing keeps the version and writes no event.
     *
     * @param ifMatch the If-Match header; null for an unconditional change
     * @return the session after the change, or empty if the caller has no such session
     */
    Optional<SessionState> patch(Caller caller, UUID id, @Nullable String ifMatch, JsonBody body) {
        return transactions.run(() -> {
            Optional<SessionState> found = table.findOfUser(caller.id(), id);
            if (found.isEmpty()) {
                return found;
            }
            SessionState present = found.get();
            ETags.check(ifMatch, present.version());
            SessionFields.Values requested = SessionFields.applyPatch(body, present, now());
            if (requested.equals(SessionFields.Values.of(present))) {
                return found;
            }
            ZoneId zone = ownerCheck.checkForWrite(caller.id(), requested.subject());
            SessionState next = nextVersion(present, requested, now(), zone);
            table.update(next);
            outbox.append(AggregateType.SESSION, EventKind.UPDATED, next);
            return Optional.of(next);
        });
    }

    /**
     * Returns the next version of a session. The day of its completion changes only with the time of its completion,
     * and is then the date in the user's present zone.
     */
    static SessionState nextVersion(SessionState present, SessionFields.Values requested, Instant now, ZoneId zone) {
        boolean sameTime = requested.completedAt().equals(present.completedAt());
        return new SessionState(
                present.id(),
                present.userId(),
                requested.subject(),
                requested.sessionType(),
                requested.minutes(),
                requested.completedAt(),
                sameTime ? present.completedOn() : LocalDate.ofInstant(requested.completedAt(), zone),
                present.version() + 1,
                present.createdAt(),
                now);
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
            outbox.append(AggregateType.SESSION, EventKind.DELETED, deleted);
            return Optional.of(deleted);
        });
    }
}
