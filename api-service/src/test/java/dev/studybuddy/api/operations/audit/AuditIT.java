package dev.studybuddy.api.operations.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.access.Role;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** This test reads the audit row of a change outside SQL before, during and after the change, and lists audit rows. */
class AuditIT {

    private final RunningApi api = RunningApi.shared();
    private final JdbcClient jdbc = api.sql();
    private final String target = UUID.randomUUID().toString();
    private final Caller caller = new Caller(UUID.randomUUID(), Set.of(Role.ADMIN));

    @Test
    void theRowExistsBeforeTheChangeAndGetsItsOutcome() {
        String outcomeDuringTheChange = audit().runRecorded(caller, "change", target, this::readOutcome);

        assertThat(outcomeDuringTheChange).isEqualTo("begun");
        assertThat(readOutcome()).isEqualTo("done");
    }

    @Test
    void aFailedChangeIsRecordedAsFailed() {
        assertThatThrownBy(() -> audit().runRecorded(caller, "change", target, () -> {
                    throw new IllegalStateException("refused");
                }))
                .hasMessage("refused");

        assertThat(readOutcome()).isEqualTo("failed");
    }

    @Test
    void aChangeReturnsItsResultEvenIfItsOutcomeCannotBeRecorded() {
        String result = audit().runRecorded(caller, "change", target, () -> {
            jdbc.sql("ALTER TABLE admin_audit RENAME TO renamed_audit").update();
            return "changed";
        });
        jdbc.sql("ALTER TABLE renamed_audit RENAME TO admin_audit").update();

        assertThat(result).isEqualTo("changed");
        assertThat(readOutcome()).isEqualTo("begun");
    }

    @Test
    void anOutcomeIsRecordedAlthoughTheDeadlineHasPassed() {
        // The service has a short time after the deadline to record an outcome. A database that stalls for longer
        // records none, so the test makes several attempts.
        assertThat(IntStream.range(0, 20).anyMatch(attempt -> recordsOutcomeAfterDeadline()))
                .isTrue();
    }

    private boolean recordsOutcomeAfterDeadline() {
        String changed = UUID.randomUUID().toString();
        AtomicLong nowNanos = new AtomicLong();
        Duration budget = Duration.ofSeconds(10);
        Deadline.begin(budget, nowNanos::get);
        try {
            audit().runRecorded(
                            caller,
                            "change",
                            changed,
                            () -> nowNanos.addAndGet(budget.plusSeconds(1).toNanos()));
        } finally {
            Deadline.end();
        }
        return readOutcomeOf(changed).equals("done");
    }

    @Test
    void aCallInsideATransactionIsRejected() {
        assertThatThrownBy(() -> api.bean(RetryingTransactions.class)
                        .run(() -> audit().runRecorded(caller, "change", target, () -> target)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void changesAreFilteredByActorActionTargetAndTime() {
        String action = "test." + target;
        Caller other = new Caller(UUID.randomUUID(), Set.of(Role.ADMIN));
        audit().record(caller, action, target, Map.of());
        audit().record(other, action, "elsewhere", Map.of());
        audit().record(caller, "test.other", target, Map.of());
        String now = Instant.now().plusSeconds(60).toString();

        assertThat(count("action=" + action)).isEqualTo(2);
        assertThat(count("target=" + target)).isEqualTo(2);
        assertThat(count("actor=" + caller.userId())).isEqualTo(2);
        assertThat(count("actor=" + caller.userId() + "&action=" + action)).isEqualTo(1);
        assertThat(count("target=" + target + "&from=" + now)).isZero();
        assertThat(count("target=" + target + "&to=" + now)).isEqualTo(2);
        assertThat(api.get("/api/admin/audit?from=yesterday").problem()).isEqualTo("invalid-request");
    }

    @Test
    void thePagesOfTheAuditJoinWithoutAGapOrARepeat() {
        for (int n = 0; n < 3; n++) {
            audit().record(caller, "test.page" + n, target, Map.of());
        }

        ReceivedAnswer first = api.get("/api/admin/audit?limit=2&target=" + target);
        ReceivedAnswer second =
                api.get("/api/admin/audit?limit=2&target=" + target + "&cursor=" + first.text("/nextCursor"));
        ReceivedAnswer unfiltered = api.get("/api/admin/audit?limit=1");

        assertThat(List.of(
                        first.text("/items/0/action"), first.text("/items/1/action"), second.text("/items/0/action")))
                .containsExactly("test.page2", "test.page1", "test.page0");
        assertThat(second.json().path("items")).hasSize(1);
        assertThat(unfiltered.text("/items/0/action")).isEqualTo("test.page2");
    }

    private int count(String query) {
        return api.get("/api/admin/audit?" + query).json().path("items").size();
    }

    private AdminAuditLog audit() {
        return api.bean(AdminAuditLog.class);
    }

    /** Returns the outcome that another connection reads now. */
    private String readOutcome() {
        return readOutcomeOf(target);
    }

    private String readOutcomeOf(String changed) {
        return jdbc.sql("SELECT detail ->> 'outcome' FROM admin_audit WHERE target = ?")
                .param(changed)
                .query(String.class)
                .single();
    }
}
