package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.kafka.TopicEndOffsets;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.operations.backup.Snapshots;
import dev.studybuddy.api.outbox.OutboxTable;
import org.springframework.stereotype.Component;

/** Creates the comparison of a generation's mirrors with the rows in CockroachDB. */
@Component
final class MirrorCheckFactory {

    private final Snapshots snapshots;
    private final RetryingTransactions transactions;
    private final OutboxTable outbox;
    private final TopicEndOffsets topicEndOffsets;
    private final VerifyProperties properties;

    MirrorCheckFactory(
            Snapshots snapshots,
            RetryingTransactions transactions,
            OutboxTable outbox,
            TopicEndOffsets topicEndOffsets,
            VerifyProperties properties) {
        this.snapshots = snapshots;
        this.transactions = transactions;
        this.outbox = outbox;
        this.topicEndOffsets = topicEndOffsets;
        this.properties = properties;
    }

    /** Returns a comparison of a generation, which only the thread of the job may use. */
    MirrorCheck of(ReadGeneration generation, JobContext job) {
        DeliveryBarrier deliveryBarrier =
                new DeliveryBarrier(outbox, topicEndOffsets, generation, job, properties.settleTimeout());
        return new MirrorCheck(snapshots, transactions, generation, deliveryBarrier, job);
    }
}
