package dev.studybuddy.api.user;

import dev.studybuddy.api.access.DemoUser;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.cockroach.SqlFault;
import dev.studybuddy.api.cockroach.SqlTimes;
import dev.studybuddy.api.http.ETags;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.outbox.Outbox;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.EventKind;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Reads and changes users; each change commits in one transaction with its event. */
@Component
final class Users {

    private final UserTable table;
    private final RetryingTransactions transactions;
    private final Outbox outbox;
    private final Jobs jobs;
    private final Clock clock;

    Users(UserTable table, RetryingTransactions transactions, Outbox outbox, Jobs jobs, Clock clock) {
        this.table = table;
        this.transactions = transactions;
        this.outbox = outbox;
        this.jobs = jobs;
        this.clock = clock;
    }

    Optional<User> find(UUID id) {
        return table.findUser(id);
    }

    Instant now() {
        return SqlTimes.now(clock);
    }

    User create(User user) {
        return transactions.run(() -> {
            if (table.wasDeleted(user.id())) {
                throw Problem.conflict(
                                "user-deleted",
                                "User deleted",
                                "This user was deleted; the id of a deleted user cannot be used again.")
                        .toException();
            }
            if (table.findUser(user.id()).isPresent()) {
                throw userExists();
            }
            checkEmailIsFree(user);
            rejectDuplicates(() -> table.insert(user));
            outbox.append(AggregateType.USER, EventKind.CREATED, user.state());
            return user;
        });
    }

    /**
     * Applies a patch to a user. A patch that changes nothing keeps the version and writes no event.
     *
     * @param ifMatch the If-Match header; null for an unconditional change
     * @param emails the rule for the address of this user
     * @return the user after the change, or empty if no such user exists
     */
    Optional<User> patch(UUID id, @Nullable String ifMatch, JsonBody body, EmailRule emails) {
        return change(id, ifMatch, present -> UserFields.applyPatch(body, present, emails));
    }

    private Optional<User> change(UUID id, @Nullable String ifMatch, UnaryOperator<User> requestedChange) {
        return transactions.run(() -> {
            Optional<User> found = table.findUser(id);
            if (found.isEmpty()) {
                return found;
            }
            User present = found.get();
            ETags.check(ifMatch, present.version());
            User changed = requestedChange.apply(present);
            if (changed.equals(present)) {
                return found;
            }
            User next = new User(
                    changed.id(),
                    changed.email(),
                    changed.name(),
                    changed.username(),
                    changed.avatar(),
                    changed.timeZone(),
                    changed.showProfile(),
                    present.version() + 1,
                    present.createdAt(),
                    now());
            // Users who registered before addresses were compared without case may share an address, and must be able
            // to keep it.
            if (!next.email().equalsIgnoreCase(present.email())) {
                checkEmailIsFree(next);
            }
            rejectDuplicates(() -> table.update(next));
            outbox.append(AggregateType.USER, EventKind.UPDATED, next.state());
            return Optional.of(next);
        });
    }

    /**
     * Deletes the user's row at once and submits a job that deletes the user's todos and sessions.
     *
     * @param ifMatch the If-Match header; null for an unconditional delete
     * @return the state that remains, or empty if no such user exists
     */
    Optional<DeletedState> delete(UUID id, @Nullable String ifMatch) {
        return transactions.run(() -> {
            Optional<User> found = table.findUser(id);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            User present = found.get();
            ETags.check(ifMatch, present.version());
            if (id.equals(DemoUser.ID)) {
                throw Problem.conflict("demo-user", "Demo user", "The demo user cannot be deleted.")
                        .toException();
            }
            table.delete(present);
            DeletedState deleted = new DeletedState(id.toString(), id.toString(), present.version() + 1);
            outbox.append(AggregateType.USER, EventKind.DELETED, deleted);
            jobs.submit(UserDeletionJob.kind(id), "", UserDeletionJob.settings(id));
            return Optional.of(deleted);
        });
    }

    /**
     * Throws a problem if another user has the e-mail address. SERIALIZABLE isolation serializes this check with other
     * transactions that set the same address.
     */
    private void checkEmailIsFree(User user) {
        if (table.hasOtherWithEmail(user)) {
            throw emailTaken();
        }
    }

    private static ProblemException emailTaken() {
        return Problem.conflict("email-taken", "E-mail address taken", "Another user has this e-mail address.")
                .toException();
    }

    private static ProblemException userExists() {
        return Problem.conflict("user-exists", "User exists", "A user with this id already exists.")
                .toException();
    }

    /** Runs a statement, and throws a problem that names the column if a unique constraint rejects the statement. */
    private static void rejectDuplicates(Runnable statement) {
        try {
            statement.run();
        } catch (DataAccessException thrown) {
            if (SqlFault.of(thrown) != SqlFault.DUPLICATE) {
                throw thrown;
            }
            String message = String.valueOf(thrown.getMessage());
            if (message.contains("users_email_taken")) {
                throw emailTaken();
            }
            if (message.contains("users_pkey")) {
                throw userExists();
            }
            if (message.contains("users_username_taken")) {
                throw Problem.conflict("username-taken", "Username taken", "Another user has this username.")
                        .toException();
            }
            throw thrown;
        }
    }
}
