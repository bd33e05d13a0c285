package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.operations.backup.Snapshots;
import dev.studybuddy.api.outbox.Outbox;
import dev.studybuddy.contract.Change;
import dev.studybuddy.contract.DeletedState;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Repairs mirrors by events. The event is a snapshot or, for an extra mirror, a delete at the mirror's version. It
 * skips an aggregate if its user's totals do not agree with the mirrors, because in this case a document was changed by
 * hand and an event would count twice.
 */
@Component
final class DriftRepair {

    private static final Logger LOG = LoggerFactory.getLogger(DriftRepair.class);

    private final Snapshots snapshots;
    private final RetryingTransactions transactions;
    private final Outbox outbox;

    DriftRepair(Snapshots snapshots, RetryingTransactions transactions, Outbox outbox) {
        this.snapshots = snapshots;
        this.transactions = transactions;
        this.outbox = outbox;
    }

    /**
     * Repairs the given drift.
     *
     * @param totalsAgree returns whether the totals of the user with this id agree with the mirrors
     * @return the number of events that were written
     */
    long repairAll(List<Drift> drifts, Predicate<String> totalsAgree, JobContext job) {
        long repaired = 0;
        for (Drift drift : drifts) {
            job.checkpoint();
            if (!totalsAgree.test(drift.owner())) {
                LOG.atWarn()
                        .addKeyValue("type", drift.type().code())
                        .addKeyValue("id", drift.id())
                        .log("Drift stays: its user's totals disagree with the mirrors, so only a rebuild corrects it");
                continue;
            }
            boolean written = drift.kind() == Drift.Kind.EXTRA ? delete(drift) : snapshot(drift);
            repaired += written ? 1 : 0;
        }
        return repaired;
    }

    private boolean snapshot(Drift drift) {
        return snapshots.emit(drift.type(), UUID.fromString(drift.id())).isPresent();
    }

    private boolean delete(Drift drift) {
        return transactions.run(() -> {
            if (snapshots.source(drift.type()).find(UUID.fromString(drift.id())).isPresent()) {
                return false;
            }
            DeletedState state = new DeletedState(drift.id(), drift.owner(), drift.mirrorVersion());
            outbox.append(drift.type(), Change.DELETED, state);
            return true;
        });
    }
}
