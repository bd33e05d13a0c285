package dev.studybuddy.publisher.simulation;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.Fitness;
import dev.studybuddy.publisher.lease.LeaseTable;
import dev.studybuddy.publisher.lease.ShardEpoch;
import dev.studybuddy.publisher.lease.StartingPoint;
import dev.studybuddy.publisher.lease.StartingPoints;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Predecessor;
import dev.studybuddy.publisher.ordering.PredecessorRow;
import dev.studybuddy.publisher.ordering.RowKey;
import dev.studybuddy.publisher.outbox.OutboxQueries;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Contains tables that behave as if the code that calls them had a fault. */
final class MutantTables {

    private MutantTables() {}

    /** Returns no row for any predecessor. */
    static final class TableWithoutPredecessors extends DelegatingTable {

        TableWithoutPredecessors(OutboxQueries real) {
            super(real);
        }

        @Override
        public List<PredecessorRow> readPredecessors(List<Predecessor> predecessors) {
            return List.of();
        }
    }

    /** Returns only the first pending row of an aggregate. */
    static final class TableWithoutFollowers extends DelegatingTable {

        TableWithoutFollowers(OutboxQueries real) {
            super(real);
        }

        @Override
        public List<OutboxRow> readPendingFrom(Aggregate aggregate, long version, int limit) {
            return super.readPendingFrom(aggregate, version, 1);
        }
    }

    /** Returns to sweeps no row that was created over 65 s before the starting point with which its shard was taken. */
    static final class TableWithoutEarlyRows extends DelegatingTable implements StartingPoints {

        private static final Duration WINDOW = Duration.ofSeconds(65);

        private final StartingPoints realPoints;
        private final Map<Integer, Instant> taken = new HashMap<>();

        TableWithoutEarlyRows(OutboxQueries real, StartingPoints realPoints) {
            super(real);
            this.realPoints = realPoints;
        }

        @Override
        public Map<Integer, Instant> read(Collection<Integer> shards) {
            Map<Integer, Instant> points = realPoints.read(shards);
            taken.keySet().removeAll(shards);
            taken.putAll(points);
            return points;
        }

        @Override
        public int write(String instance, Collection<StartingPoint> points) {
            return realPoints.write(instance, points);
        }

        @Override
        public List<OutboxRow> readSweepPages(List<PageRequest> requests) {
            return super.readSweepPages(
                    requests.stream().map(this::afterStartingPoint).toList());
        }

        private PageRequest afterStartingPoint(PageRequest request) {
            Instant point = taken.get(request.shard());
            IndexPosition start = point == null ? IndexPosition.START : IndexPosition.from(point.minus(WINDOW));
            IndexPosition after = request.after().isBefore(start) ? start : request.after();
            return new PageRequest(request.shard(), after, request.upTo(), request.limit());
        }
    }

    /** Returns all rows that a smaller shard count assigns to a shard. */
    static final class TableOfFewerShards extends DelegatingTable {

        private final int count;

        TableOfFewerShards(OutboxQueries real, int count) {
            super(real);
            this.count = count;
        }

        @Override
        public List<OutboxRow> readPages(List<PageRequest> requests) {
            List<OutboxRow> rows = new ArrayList<>();
            for (PageRequest request : requests) {
                List<OutboxRow> page = new ArrayList<>();
                for (int shard = request.shard(); request.shard() < count && shard < Shards.COUNT; shard += count) {
                    page.addAll(super.readPages(
                            List.of(new PageRequest(shard, request.after(), request.upTo(), request.limit()))));
                }
                page.stream()
                        .sorted(SimulatedDatabase.PAGE_ORDER)
                        .limit(request.limit())
                        .map(this::withReducedShard)
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
            return super.readPredecessors(predecessors.stream()
                            .map(predecessor ->
                                    new Predecessor(withTrueShard(predecessor.aggregate()), predecessor.version()))
                            .toList())
                    .stream()
                    .map(this::withReducedShard)
                    .toList();
        }

        @Override
        public List<OutboxRow> readRows(List<RowKey> keys) {
            return super.readRows(keys.stream()
                            .map(key -> new RowKey(withTrueShard(key.aggregate()), key.version(), key.id()))
                            .toList())
                    .stream()
                    .map(this::withReducedShard)
                    .toList();
        }

        @Override
        public List<OutboxRow> readPendingFrom(Aggregate aggregate, long version, int limit) {
            return super.readPendingFrom(withTrueShard(aggregate), version, limit).stream()
                    .map(this::withReducedShard)
                    .toList();
        }

        private static Aggregate withTrueShard(Aggregate aggregate) {
            return new Aggregate(Shards.of(aggregate.type(), aggregate.id()), aggregate.type(), aggregate.id());
        }

        private Aggregate withReducedShard(Aggregate aggregate) {
            return new Aggregate(aggregate.shard() % count, aggregate.type(), aggregate.id());
        }

        private PredecessorRow withReducedShard(PredecessorRow row) {
            OutboxRow pending = row.pending();
            Predecessor predecessor = row.predecessor();
            return new PredecessorRow(
                    new Predecessor(withReducedShard(predecessor.aggregate()), predecessor.version()),
                    pending == null ? null : withReducedShard(pending));
        }

        private OutboxRow withReducedShard(OutboxRow row) {
            return SimulatedDatabase.withAggregate(withReducedShard(row.aggregate()), row);
        }
    }

    /**
     * Renews the leases when a heartbeat first reads the clock, and returns this answer when the heartbeat renews them.
     * Therefore the keeper counts its trust from a time after the answer.
     */
    static final class EarlyRenewingLeases extends DelegatingLeases implements MonotonicClock {

        private final MonotonicClock clock;
        private boolean heartbeatBegun;
        private @Nullable String instance;
        private @Nullable Renewal answer;

        EarlyRenewingLeases(LeaseTable real, MonotonicClock clock) {
            super(real);
            this.clock = clock;
        }

        void beginHeartbeat() {
            heartbeatBegun = true;
        }

        @Override
        public long nanos() {
            if (heartbeatBegun && instance != null) {
                heartbeatBegun = false;
                answer = super.renew(instance);
            }
            return clock.nanos();
        }

        @Override
        public Renewal renew(String renewing) {
            instance = renewing;
            Renewal renewed = answer;
            answer = null;
            return renewed == null ? super.renew(renewing) : renewed;
        }
    }

    /** Delegates each call to the real table. */
    abstract static class DelegatingTable implements OutboxQueries {

        private final OutboxQueries real;

        DelegatingTable(OutboxQueries real) {
            this.real = real;
        }

        @Override
        public List<OutboxRow> readPages(List<PageRequest> requests) {
            return real.readPages(requests);
        }

        @Override
        public List<OutboxRow> readSweepPages(List<PageRequest> requests) {
            return real.readSweepPages(requests);
        }

        @Override
        public List<PredecessorRow> readPredecessors(List<Predecessor> predecessors) {
            return real.readPredecessors(predecessors);
        }

        @Override
        public List<OutboxRow> readRows(List<RowKey> keys) {
            return real.readRows(keys);
        }

        @Override
        public List<OutboxRow> readPendingFrom(Aggregate aggregate, long version, int limit) {
            return real.readPendingFrom(aggregate, version, limit);
        }

        @Override
        public List<Long> readContentBytes(List<OutboxRow> rows, long limit) {
            return real.readContentBytes(rows, limit);
        }

        @Override
        public List<OutboxRow> readContents(List<OutboxRow> rows) {
            return real.readContents(rows);
        }
    }

    /** Delegates each call to the real table. */
    abstract static class DelegatingLeases implements LeaseTable {

        private final LeaseTable real;

        DelegatingLeases(LeaseTable real) {
            this.real = real;
        }

        @Override
        public @Nullable Instant writeHeartbeat(String instance, @Nullable String address, Fitness fitness) {
            return real.writeHeartbeat(instance, address, fitness);
        }

        @Override
        public Renewal renew(String instance) {
            return real.renew(instance);
        }

        @Override
        public List<OwnedLease> take(String instance, List<Integer> shards) {
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
        public List<Integer> free(String instance, List<ShardEpoch> shards) {
            return real.free(instance, shards);
        }

        @Override
        public boolean deleteHeartbeat(String instance) {
            return real.deleteHeartbeat(instance);
        }

        @Override
        public void deleteDeadHeartbeats() {
            real.deleteDeadHeartbeats();
        }
    }
}
