package dev.studybuddy.publisher.simulation;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.LeaseTable;
import dev.studybuddy.publisher.lease.ShardEpoch;
import dev.studybuddy.publisher.publish.Aggregate;
import dev.studybuddy.publisher.publish.OutboxRow;
import dev.studybuddy.publisher.publish.OutboxTable;
import dev.studybuddy.publisher.publish.PageRequest;
import dev.studybuddy.publisher.publish.Predecessor;
import dev.studybuddy.publisher.publish.PredecessorRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tables that answer as they would if the code that asks them made a mistake. */
final class MutantTables {

    private MutantTables() {}

    /** Answers "no row" for every predecessor. */
    record WithoutPredecessors(OutboxTable real) implements OutboxTable {

        @Override
        public List<OutboxRow> readPages(List<PageRequest> requests) {
            return real.readPages(requests);
        }

        @Override
        public List<OutboxRow> readSweepPages(List<PageRequest> requests) {
            return readPages(requests);
        }

        @Override
        public List<PredecessorRow> readPredecessors(List<Predecessor> predecessors) {
            return List.of();
        }

        @Override
        public List<OutboxRow> readPendingFrom(Aggregate aggregate, long version, int limit) {
            return real.readPendingFrom(aggregate, version, limit);
        }
    }

    /** Answers for a shard with all that the smaller count puts there. */
    record FewerShards(OutboxTable real, int count) implements OutboxTable {

        @Override
        public List<OutboxRow> readPages(List<PageRequest> requests) {
            List<OutboxRow> rows = new ArrayList<>();
            for (PageRequest request : requests) {
                List<OutboxRow> page = new ArrayList<>();
                for (int shard = request.shard(); request.shard() < count && shard < Shards.COUNT; shard += count) {
                    page.addAll(real.readPages(List.of(new PageRequest(shard, request.after(), request.limit()))));
                }
                page.stream()
                        .sorted(SimulatedDatabase.PAGE_ORDER)
                        .limit(request.limit())
                        .map(this::mine)
                        .forEach(rows::add);
            }
            return rows;
        }

        @Override
        public List<OutboxRow> readSweepPages(List<PageRequest> requests) {
            return readPages(requests);
        }

        @Override
        public List<PredecessorRow> readPredecessors(List<Predecessor> predecessors) {
            return real
                    .readPredecessors(predecessors.stream()
                            .map(asked -> new Predecessor(theirs(asked.aggregate()), asked.version()))
                            .toList())
                    .stream()
                    .map(this::mine)
                    .toList();
        }

        @Override
        public List<OutboxRow> readPendingFrom(Aggregate aggregate, long version, int limit) {
            return real.readPendingFrom(theirs(aggregate), version, limit).stream()
                    .map(this::mine)
                    .toList();
        }

        private static Aggregate theirs(Aggregate aggregate) {
            return new Aggregate(Shards.of(aggregate.type(), aggregate.id()), aggregate.type(), aggregate.id());
        }

        private Aggregate mine(Aggregate aggregate) {
            return new Aggregate(aggregate.shard() % count, aggregate.type(), aggregate.id());
        }

        private PredecessorRow mine(PredecessorRow row) {
            OutboxRow pending = row.pending();
            Predecessor asked = row.predecessor();
            return new PredecessorRow(
                    new Predecessor(mine(asked.aggregate()), asked.version()), pending == null ? null : mine(pending));
        }

        private OutboxRow mine(OutboxRow row) {
            return SimulatedDatabase.as(mine(row.aggregate()), row);
        }
    }

    /** Renews while the keeper reads its clock, so that the keeper's "before the statement" is after the answer. */
    static final class RenewedBeforeTheClockIsRead extends DelegatingLeases implements LongSupplier {

        private final LongSupplier nanos;
        private boolean begins;
        private @Nullable String instance;
        private @Nullable Renewal answer;

        RenewedBeforeTheClockIsRead(LeaseTable real, LongSupplier nanos) {
            super(real);
            this.nanos = nanos;
        }

        void heartbeatBegins() {
            begins = true;
        }

        @Override
        public long getAsLong() {
            if (begins && instance != null) {
                begins = false;
                answer = super.renew(instance);
            }
            return nanos.getAsLong();
        }

        @Override
        public Renewal renew(String asked) {
            instance = asked;
            Renewal ready = answer;
            answer = null;
            return ready == null ? super.renew(asked) : ready;
        }
    }

    /** Passes everything on. */
    abstract static class DelegatingLeases implements LeaseTable {

        private final LeaseTable real;

        DelegatingLeases(LeaseTable real) {
            this.real = real;
        }

        @Override
        public void beat(String instance, @Nullable String address) {
            real.beat(instance, address);
        }

        @Override
        public Renewal renew(String instance) {
            return real.renew(instance);
        }

        @Override
        public List<ShardEpoch> take(String instance, List<Integer> shards) {
            return real.take(instance, shards);
        }

        @Override
        public List<Row> rows() {
            return real.rows();
        }

        @Override
        public List<Member> live() {
            return real.live();
        }

        @Override
        public List<Integer> handOver(String instance, List<ShardEpoch> shards, String successor) {
            return real.handOver(instance, shards, successor);
        }

        @Override
        public List<Integer> release(String instance, List<ShardEpoch> shards) {
            return real.release(instance, shards);
        }

        @Override
        public void leave(String instance) {
            real.leave(instance);
        }

        @Override
        public void forgetDead() {
            real.forgetDead();
        }
    }
}
