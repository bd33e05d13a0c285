package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.operations.backup.Snapshots;
import dev.studybuddy.api.outbox.Outbox;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.EventKind;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Repairs mirrors by events. The event is a snapshot or, for an extra mirror, a delete at the mirror's version. The
 * repair skips an aggregate if its user's totals do not agree with the mirrors or were not compared. In this case, a
 * person may have changed a document, and an event could add a contribution that the totals already include. The repair
 * also skips a difference that no event can correct: an id that no event can have, or a mirror whose version is above
 * the row's. After the events, the repair compares each aggregate again.
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
     * This record counts the results of a repair.
     *
     * @param repaired the aggregates that agree after their event was applied
     * @param pending the aggregates whose event was written but not applied in time
     * @param failed the aggregates that no event corrects, or that still differ after their event was applied
     */
    record Result(long repaired, long pending, long failed) {}

    /**
     * Repairs the given drift.
     *
     * @param totalsAgree returns whether the totals of the user with this id were compared and agree with the mirrors
     * @param check compares an aggregate again after its event
     */
    Result repairAll(
            List<MirrorDifference> differences, Predicate<String> totalsAgree, MirrorCheck check, JobContext job) {
        List<MirrorDifference> written = new ArrayList<>();
        long failed = 0;
        for (MirrorDifference difference : differences) {
            job.checkpoint();
            String obstacle = findObstacle(difference, totalsAgree);
            if (obstacle != null) {
                failed++;
                LOG.atWarn()
                        .addKeyValue("type", difference.type().code())
                        .addKeyValue("id", difference.id())
                        .addKeyValue("obstacle", obstacle)
                        .log("No event corrects this drift; the verify reports it as not repaired");
            } else if (appendEvent(difference)) {
                written.add(difference);
            }
        }
        long repaired = 0;
        long pending = 0;
        for (MirrorDifference difference : written) {
            job.checkpoint();
            MirrorCheck.Comparison after = check.settle(difference.type(), difference.id());
            if (!after.settled()) {
                pending++;
            } else if (after.difference() == null) {
                repaired++;
            } else {
                failed++;
                LOG.atWarn()
                        .addKeyValue("type", difference.type().code())
                        .addKeyValue("id", difference.id())
                        .log("The aggregate still differs after the event of its repair; the verify reports it as not"
                                + " repaired");
            }
        }
        return new Result(repaired, pending, failed);
    }

    private static @Nullable String findObstacle(MirrorDifference difference, Predicate<String> totalsAgree) {
        if (!AggregateIds.isOfEvent(difference.id())) {
            return "the projector accepts no event with its id, so only a rebuild omits its mirror";
        }
        if (difference.kind() == MirrorDifference.Kind.DIFFERENT && difference.mirrorVersion() > difference.version()) {
            return "the mirror's version is above the row's";
        }
        return totalsAgree.test(difference.owner())
                ? null
                : "its user's totals disagree with the mirrors, so only a rebuild corrects it";
    }

    /** Writes the event that repairs a difference. Returns false if the row was since deleted or created. */
    private boolean appendEvent(MirrorDifference difference) {
        return difference.kind() == MirrorDifference.Kind.EXTRA ? appendDeletion(difference) : emitSnapshot(difference);
    }

    private boolean emitSnapshot(MirrorDifference difference) {
        return snapshots
                .emit(difference.type(), UUID.fromString(difference.id()))
                .isPresent();
    }

    private boolean appendDeletion(MirrorDifference difference) {
        return transactions.run(() -> {
            // A foreign producer may have written an id that no row can have.
            if (AggregateIds.parse(difference.id())
                    .flatMap(id -> snapshots.source(difference.type()).find(id))
                    .isPresent()) {
                return false;
            }
            DeletedState state = new DeletedState(difference.id(), difference.owner(), difference.mirrorVersion());
            outbox.append(difference.type(), EventKind.DELETED, state);
            return true;
        });
    }
}
