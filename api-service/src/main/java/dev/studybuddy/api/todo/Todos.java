package dev.studybuddy.api.todo;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.cockroach.SqlTimes;
import dev.studybuddy.api.outbox.Outbox;
import dev.studybuddy.api.user.Owners;
import dev.studybuddy.api.web.ETags;
import dev.studybuddy.api.web.Fields;
import dev.studybuddy.api.web.Page;
import dev.studybuddy.api.web.PageCursor;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Change;
import dev.studybuddy.contract.DeletedState;
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

/** What a caller can do to their todos; each change is one transaction with its event. */
@Component
final class Todos {

    private final TodoTable table;
    private final Owners owners;
    private final RetryingTransactions transactions;
    private final Outbox outbox;
    private final Clock clock;

    Todos(TodoTable table, Owners owners, RetryingTransactions transactions, Outbox outbox, Clock clock) {
        this.table = table;
        this.owners = owners;
        this.transactions = transactions;
        this.outbox = outbox;
        this.clock = clock;
    }

    Instant now() {
        return SqlTimes.now(clock);
    }

    Optional<TodoState> find(Caller caller, UUID id) {
        return table.ofUser(caller.id(), id);
    }

    /** Newest first. */
    Page<TodoState> list(Caller caller, TodoTable.Wanted wanted) {
        List<TodoState> found = table.list(caller.id(), wanted);
        if (found.size() <= wanted.limit()) {
            return new Page<>(found, null);
        }
        List<TodoState> items = found.subList(0, wanted.limit());
        TodoState last = items.getLast();
        return new Page<>(items, new PageCursor(last.createdAt(), UUID.fromString(last.id())).text());
    }

    TodoState create(Caller caller, TodoState todo) {
        return transactions.run(() -> {
            owners.checkForWrite(caller.id(), todo.subject());
            table.insert(todo);
            outbox.append(AggregateType.TODO, Change.CREATED, todo);
            return todo;
        });
    }

    /** The todo after the change; at the same version where nothing changed. Empty where the caller has none such. */
    Optional<TodoState> patch(Caller caller, UUID id, @Nullable String ifMatch, Fields fields) {
        return transactions.run(() -> {
            Optional<TodoState> found = table.ofUser(caller.id(), id);
            if (found.isEmpty()) {
                return found;
            }
            TodoState present = found.get();
            ETags.check(ifMatch, present.version());
            TodoState wanted = TodoFields.patched(fields, present);
            if (wanted.equals(present)) {
                return found;
            }
            ZoneId zone = owners.checkForWrite(caller.id(), wanted.subject());
            TodoState next = changed(present, wanted, now(), zone);
            table.update(next);
            outbox.append(AggregateType.TODO, Change.UPDATED, next);
            return Optional.of(next);
        });
    }

    /** What is left; empty where the caller has no such todo. */
    Optional<DeletedState> delete(Caller caller, UUID id, @Nullable String ifMatch) {
        return transactions.run(() -> {
            Optional<TodoState> found = table.ofUser(caller.id(), id);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            TodoState present = found.get();
            ETags.check(ifMatch, present.version());
            table.delete(present);
            DeletedState left = new DeletedState(present.id(), present.userId(), present.version() + 1);
            outbox.append(AggregateType.TODO, Change.DELETED, left);
            return Optional.of(left);
        });
    }

    /** The next version. The day on which a todo was completed is fixed when it is, whatever becomes of the zone. */
    static TodoState changed(TodoState present, TodoState wanted, Instant now, ZoneId zone) {
        Instant completedAt = null;
        LocalDate completedOn = null;
        if (wanted.completed()) {
            completedAt = present.completed() ? present.completedAt() : now;
            completedOn = present.completed() ? present.completedOn() : LocalDate.ofInstant(now, zone);
        }
        return new TodoState(
                present.id(),
                present.userId(),
                wanted.title(),
                wanted.subject(),
                wanted.difficulty(),
                wanted.questionsTarget(),
                wanted.questionsCompleted(),
                wanted.completed(),
                completedAt,
                completedOn,
                wanted.scheduledFor(),
                present.version() + 1,
                present.createdAt(),
                now);
    }
}
