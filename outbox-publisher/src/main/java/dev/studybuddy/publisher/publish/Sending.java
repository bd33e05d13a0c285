package dev.studybuddy.publisher.publish;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.lease.ShardLeases;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what the order allows, while lease, broker and topic allow it too, and says what each outcome leads to. */
final class Sending {

    private static final Logger log = LoggerFactory.getLogger(Sending.class);

    private final PublishSettings settings;
    private final EventSender sender;
    private final Ordering ordering;
    private final TopicBlocks blocks;
    private final BrokerBreaker breaker;
    private final ShardLeases leases;
    private final Marking marking;
    private final Set<UUID> buried = new HashSet<>();
    private int inFlight;
    private long inFlightBytes;
    private int nextShard;

    /** The rows, and what may keep them from going. */
    record Gates(Ordering ordering, TopicBlocks blocks, BrokerBreaker breaker, ShardLeases leases) {}

    Sending(PublishSettings settings, EventSender sender, Gates gates, Marking marking) {
        this.settings = settings;
        this.sender = sender;
        this.ordering = gates.ordering();
        this.blocks = gates.blocks();
        this.breaker = gates.breaker();
        this.leases = gates.leases();
        this.marking = marking;
    }

    /** Sends from all shards in turn, until nothing is ready or a bound is reached. */
    boolean send(LongSupplier nanos, EventSender.OutcomeSink sink) {
        int sent = 0;
        for (int n = 0; n < Shards.COUNT; n++) {
            int shard = (nextShard + n) % Shards.COUNT;
            while (ordering.hasReady(shard) && hasRoom()) {
                // Checked for each row: the time between here and the send is all that the guard's margin must cover.
                if (!leases.maySend(shard) || !breaker.maySend(nanos.getAsLong())) {
                    break;
                }
                OutboxRow row = ordering.fly(shard);
                if (row == null) {
                    breaker.probeUnused();
                    break;
                }
                inFlight++;
                inFlightBytes += row.weight();
                sent++;
                sender.send(row, sink);
            }
        }
        nextShard = (nextShard + 1) % Shards.COUNT;
        return sent > 0;
    }

    private boolean hasRoom() {
        return inFlight < settings.memory().inFlightRows()
                && (inFlight == 0 || inFlightBytes < settings.memory().inFlightBytes());
    }

    int inFlight() {
        return inFlight;
    }

    /** Takes an outcome back on the publishing thread. */
    void landed(OutboxRow row, SendOutcome outcome, EventSender.OutcomeSink sink, long now) {
        inFlight--;
        inFlightBytes -= row.weight();
        if (buried.remove(row.id())) {
            buried(row, outcome, now);
            return;
        }
        switch (outcome) {
            case SendOutcome.Acknowledged ack -> {
                brokerIsBack();
                if (blocks.acknowledged(row.aggregate().type())) {
                    log.atInfo().addKeyValue("type", row.aggregate().type()).log("Topic takes records again");
                }
                ordering.acknowledged(row, now);
                marking.acknowledged(new Writes.Mark(row, ack.partition(), ack.offset()), now);
            }
            case SendOutcome.BrokerAway away -> brokerAway(row, away.reason(), now);
            case SendOutcome.TopicBlocked blocked -> topicBlocked(row, blocked.reason(), now);
            case SendOutcome.Refused refused -> refused(row, refused.reason(), sink, now);
        }
    }

    private void brokerIsBack() {
        if (breaker.acknowledged()) {
            log.atInfo().log("Broker takes records again");
        }
    }

    private void brokerAway(OutboxRow row, String reason, long now) {
        if (breaker.failed(now, reason)) {
            log.atWarn().addKeyValue("reason", reason).log("Broker away; events wait, no attempt is counted");
        }
        ordering.returned(row, keeps(row), now);
    }

    private void topicBlocked(OutboxRow row, String reason, long now) {
        String type = row.aggregate().type();
        breaker.probeUnused();
        if (blocks.block(type, now, reason)) {
            log.atInfo()
                    .addKeyValue("type", type)
                    .addKeyValue("reason", reason)
                    .log("Events of one topic wait, others go on");
        }
        blocks.skip(type, row.aggregate().shard(), row.position());
        ordering.returned(row, true, now);
        ordering.drop(
                aggregate -> aggregate.type().equals(type),
                dropped -> blocks.skip(type, dropped.aggregate().shard(), dropped.position()),
                now);
    }

    private void refused(OutboxRow row, String reason, EventSender.OutcomeSink sink, long now) {
        // No proof of a broker: the client refuses what is too large by itself.
        breaker.probeUnused();
        Lease lease = leases.of(row.aggregate().shard());
        if (lease == null || !leases.maySend(row.aggregate().shard())) {
            ordering.returned(row, keeps(row), now);
        } else if (row.retryCount() + 1 < settings.attempts().most()) {
            marking.failed(
                    new Writes.Failure.Attempt(
                            row, lease.epoch(), reason, settings.attempts().delay(row.retryCount())),
                    false);
        } else {
            buried.add(row.id());
            marking.reason(row, reason);
            inFlight++;
            inFlightBytes += row.weight();
            sender.bury(row, reason, sink);
        }
    }

    /** The dead-letter record is on its topic, or does not fit there: the row keeps it in either case. */
    private void buried(OutboxRow row, SendOutcome outcome, long now) {
        String reason = marking.reason(row);
        Lease lease = leases.of(row.aggregate().shard());
        switch (outcome) {
            case SendOutcome.BrokerAway away -> brokerAway(row, away.reason(), now);
            case SendOutcome.Acknowledged ack -> bury(row, lease, reason, now);
            case SendOutcome.TopicBlocked blocked -> bury(row, lease, reason, now);
            case SendOutcome.Refused refused -> bury(row, lease, reason, now);
        }
    }

    private void bury(OutboxRow row, @Nullable Lease lease, String reason, long now) {
        if (lease == null) {
            ordering.returned(row, false, now);
        } else {
            marking.failed(new Writes.Failure.DeadLetter(row, lease.epoch(), reason), true);
        }
    }

    private boolean keeps(OutboxRow row) {
        return leases.serves(row.aggregate().shard());
    }
}
