package dev.studybuddy.api.todo;

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
import dev.studybuddy.contract.TodoState;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads and changes the todos of a caller; each change commits in one transaction with its event. */
@Component
final class Todos {

    private final TodoTable table;
    private final TodoList lists;
    private final OwnerCheck ownerCheck;
    private final RetryingTransactions transactions;
    private final Outbox outbox;
    private final Clock clock;

    Todos(
            TodoTable table,
            TodoList lists,
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

    Optional<TodoState> find(Caller caller, UUID id) {
        return table.findOfUser(caller.id(), id);
    }

    /** Returns a page of the caller's todos. */
    Page<TodoState> list(Caller caller, TodoList.Query query) {
        List<TodoState> found = lists.read(caller.id(), query);
        return Page.of(
                found, query.limit(), todo -> query.order().cursorOf(todo).text());
    }

    TodoState create(Caller caller, TodoState todo) {
        return transactions.run(() -> {
            ownerCheck.checkForWrite(caller.id(), todo.subject());
            table.insert(todo);
            outbox.append(AggregateType.TODO, EventKind.CREATED, todo);
            return todo;
        });
    }

    /**
     * Applies a patch to a todo. A patch that changes nothing keeps the version and writes no event.
     *
     * @param ifMatch the If-Match header; null for an unconditional change
     * @return the todo after the change, or empty if the caller has no such todo
     */
    Optional<TodoState> patch(Caller caller, UUID id, @Nullable String ifMatch, JsonBody body) {
        return transactions.run(() -> {
            Optional<TodoState> found = table.findOfUser(caller.id(), id);
            if (found.isEmpty()) {
                return found;
            }
            TodoState present = found.get();
            ETags.check(ifMatch, present.version());
            TodoState requested = TodoFields.applyPatch(body, present);
            if (requested.equals(present)) {
                return found;
            }
            ZoneId zone = ownerCheck.checkForWrite(caller.id(), requested.subject());
            TodoState next = nextVersion(present, requested, now(), zone);
            table.update(next);
            outbox.append(AggregateType.TODO, EventKind.UPDATED, next);
            return Optional.of(next);
        });
    }

    /**
     * Deletes a todo.
     *
     * @param ifMatch the If-Match header; null for an unconditional delete
     * @return the state that remains, or empty if the caller has no such todo
     */
    Optional<DeletedState> delete(Caller caller, UUID id, @Nullable String ifMatch) {
        return transactions.run(() -> {
            Optional<TodoState> found = table.findOfUser(caller.id(), id);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            TodoState present = found.get();
            ETags.check(ifMatch, present.version());
            table.delete(present);
            DeletedState deleted = new DeletedState(present.id(), present.userId(), present.version() + 1);
            outbox.append(AggregateType.TODO, EventKind.DELETED, deleted);
            return Optional.of(deleted);
        });
    }

    /**
     * Returns the next version of a todo. The day of completion is fixed when the todo is completed; a later change of
     * the user's zone does not move it.
     */
    static TodoState nextVersion(TodoState present, TodoState requested, Instant now, ZoneId zone) {
        Instant completedAt = null;
        LocalDate completedOn = null;
        if (requested.completed()) {
            completedAt = present.completed() ? present.completedAt() : now;
            completedOn = present.completed() ? present.completedOn() : LocalDate.ofInstant(now, zone);
        }
        return new TodoState(
                present.id(),
                present.userId(),
                requested.title(),
                requested.subject(),
                requested.difficulty(),
                requested.questionsTarget(),
                requested.questionsCompleted(),
                requested.completed(),
                completedAt,
                completedOn,
                requested.scheduledFor(),
                present.version() + 1,
                present.createdAt(),
                now);
    }
}
