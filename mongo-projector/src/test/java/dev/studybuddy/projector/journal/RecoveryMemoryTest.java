package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.FencedSessions;
import dev.studybuddy.projector.mongo.UnsupportedSession;
import dev.studybuddy.projector.mongo.WriteRefusal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Recovers many partitions at the same time, as after a start in the middle of a backlog. */
class RecoveryMemoryTest {

    private static final int PARTITIONS = 36;
    private static final int THREADS = 9;

    /** These bytes are 30 % of a heap of 256 MB. */
    private static final long RECOVERY_BYTES = 77_000_000;

    private final AtomicInteger plans = new AtomicInteger();
    private final AtomicInteger mostPlans = new AtomicInteger();

    @Test
    void plansOfTheLargestSizeAreRecoveredOneAfterAnother() throws Exception {
        Document journal = journal(11_900_000);

        recoverAll(PARTITIONS, () -> new Store(journal, null), new JournalMemory(0, RECOVERY_BYTES));

        assertThat(mostPlans).hasValue(1);
    }

    @Test
    void smallPlansAreRecoveredTogether() throws Exception {
        Document journal = journal(100);
        CyclicBarrier together = new CyclicBarrier(4);

        recoverAll(4, () -> new Store(journal, together), new JournalMemory(0, 0));

        assertThat(mostPlans).hasValue(4);
    }

    @Test
    void aFailedRecoveryReturnsItsMemory() {
        JournalMemory memory = new JournalMemory(0, 0);
        Document missing = new Document();
        for (int n = 0; n < 3; n++) {
            assertThatIllegalStateException().isThrownBy(() -> recover(0, new Store(missing, null), memory));
        }

        assertThat(recover(0, new Store(journal(100), null), memory)).isEqualTo(1);
    }

    private void recoverAll(int partitions, Supplier<Store> stores, JournalMemory memory) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Long>> recoveries = new ArrayList<>();
            for (int n = 0; n < partitions; n++) {
                int partition = n;
                recoveries.add(threads.submit(() -> recover(partition, stores.get(), memory)));
            }
            for (Future<Long> recovery : recoveries) {
                assertThat(recovery.get(60, TimeUnit.SECONDS)).isEqualTo(1);
            }
        }
    }

    private static long recover(int partition, Store store, JournalMemory memory) {
        JournalKey key = new JournalKey(new StudyWithAggregateSums(), 1, AggregateType.TODO, partition);
        try (PartitionJournal journal =
                new PartitionJournal(key, store, (session, letters) -> {}, Clock.systemUTC(), memory)) {
            return journal.recover();
        }
    }

    /** Returns a journal with a decided plan of about the given size, whose bytes compression does not shrink. */
    private static Document journal(int bytes) {
        byte[] random = new byte[bytes];
        new Random(7).nextBytes(random);
        Document mirror = new Document("_id", "a")
                .append("version", 1L)
                .append("offset", 0L)
                .append("more", new Binary(random));
        Plan plan = new Plan(List.of(), List.of(Plan.MirrorChange.of(mirror)), List.of());
        return new Journal(1, 0, plan).toDocument("todo-0", PlanFormat.BINARY);
    }

    /** This store counts the plans between the read of their journal and the write of their mirror. */
    private final class Store extends UnsupportedSession implements FencedSessions {

        private final Document journal;
        private final @Nullable CyclicBarrier together;

        Store(Document journal, @Nullable CyclicBarrier together) {
            this.journal = journal;
            this.together = together;
        }

        @Override
        public List<Document> find(String collection, Collection<String> ids) {
            if (journal.isEmpty()) {
                return List.of();
            }
            mostPlans.accumulateAndGet(plans.incrementAndGet(), Math::max);
            return List.of(journal);
        }

        @Override
        public List<WriteRefusal> write(String collection, List<? extends ConditionalWrite> writes) {
            try {
                if (together != null) {
                    together.await(30, TimeUnit.SECONDS);
                }
            } catch (InterruptedException | BrokenBarrierException | TimeoutException failed) {
                throw new IllegalStateException(failed);
            }
            assertThat(writes).hasSize(1);
            plans.decrementAndGet();
            return List.of();
        }

        @Override
        public FencedSession open() {
            return this;
        }

        @Override
        public FencedSession join(List<FencedSession> sessions) {
            throw new UnsupportedOperationException();
        }
    }
}
