package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.DeletedState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAccumulator;
import org.junit.jupiter.api.Test;

class MirrorCacheTest {

    private static final int ENTRY_BYTES = 100;

    @Test
    void onlyTheNextVersionOfAnAggregateFindsTheEntry() {
        MirrorCache cache = new MirrorCache(new MirrorCacheMemory(1_000));
        put(cache, "a", 3);

        assertThat(cache.findPredecessor("a", 4)).isEqualTo(state("a", 3));
        assertThat(cache.findPredecessor("a", 3)).isNull();
        assertThat(cache.findPredecessor("a", 5)).isNull();
        assertThat(cache.findPredecessor("b", 1)).isNull();

        put(cache, "a", 4);
        assertThat(cache.findPredecessor("a", 4)).isNull();
        cache.remove("a");
        assertThat(cache.findPredecessor("a", 5)).isNull();
    }

    @Test
    void theEntryThatWasUsedLeastRecentlyMakesRoom() {
        MirrorCache cache = new MirrorCache(new MirrorCacheMemory(2 * ENTRY_BYTES));
        put(cache, "a", 1);
        put(cache, "b", 1);
        assertThat(cache.findPredecessor("a", 2)).isNotNull();

        put(cache, "c", 1);

        assertThat(cache.findPredecessor("a", 2)).isNotNull();
        assertThat(cache.findPredecessor("b", 2)).isNull();
        assertThat(cache.findPredecessor("c", 2)).isNotNull();
    }

    @Test
    void anIdleCacheMakesRoomForTheEntriesOfAnother() {
        MirrorCacheMemory memory = new MirrorCacheMemory(20 * ENTRY_BYTES);
        MirrorCache idle = new MirrorCache(memory);
        MirrorCache busy = new MirrorCache(memory);
        for (int n = 0; n < 20; n++) {
            put(idle, "a" + n, 1);
        }

        for (int n = 0; n < 19; n++) {
            put(busy, "b" + n, 1);
            assertThat(memory.usedBytes()).isEqualTo(20 * ENTRY_BYTES);
        }

        for (int n = 0; n < 19; n++) {
            assertThat(idle.findPredecessor("a" + n, 2)).isNull();
            assertThat(busy.findPredecessor("b" + n, 2)).isNotNull();
        }
        assertThat(idle.findPredecessor("a19", 2)).isNotNull();
    }

    @Test
    void clearedCachesReturnTheirMemory() {
        MirrorCacheMemory memory = new MirrorCacheMemory(20 * ENTRY_BYTES);
        MirrorCache first = new MirrorCache(memory);
        MirrorCache second = new MirrorCache(memory);
        for (int n = 0; n < 100; n++) {
            put(first, "a" + n, 1);
            put(second, "b" + n, 1);
            assertThat(memory.usedBytes()).isLessThanOrEqualTo(20 * ENTRY_BYTES);
        }

        first.clear();
        assertThat(memory.usedBytes()).isEqualTo(10 * ENTRY_BYTES);
        assertThat(first.findPredecessor("a99", 2)).isNull();
        assertThat(second.findPredecessor("b99", 2)).isNotNull();

        second.clear();
        assertThat(memory.usedBytes()).isZero();
        put(first, "a", 1);
        assertThat(first.findPredecessor("a", 2)).isNotNull();
    }

    @Test
    void cachesOfSeveralThreadsShareTheirMemory() throws InterruptedException {
        MirrorCacheMemory memory = new MirrorCacheMemory(50 * ENTRY_BYTES);
        List<MirrorCache> caches = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        LongAccumulator mostBytes = new LongAccumulator(Math::max, 0);
        for (int number = 0; number < 4; number++) {
            MirrorCache cache = new MirrorCache(memory);
            caches.add(cache);
            threads.add(Thread.ofPlatform()
                    .start(() -> useAtRandom(cache, () -> mostBytes.accumulate(memory.usedBytes()))));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(mostBytes.get()).isPositive().isLessThanOrEqualTo(50 * ENTRY_BYTES);
        caches.forEach(MirrorCache::clear);
        assertThat(memory.usedBytes()).isZero();
    }

    private static void useAtRandom(MirrorCache cache, Runnable afterEach) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int n = 0; n < 20_000; n++) {
            String id = "a" + random.nextInt(40);
            switch (random.nextInt(100)) {
                case 0 -> cache.clear();
                case 1, 2, 3 -> cache.remove(id);
                case 4, 5, 6, 7, 8, 9 -> cache.findPredecessor(id, 2);
                default -> put(cache, id, 1);
            }
            afterEach.run();
        }
    }

    @Test
    void aVeryLargeStateDisplacesNoOther() {
        MirrorCache cache = new MirrorCache(new MirrorCacheMemory(20_000));
        put(cache, "a", 1);

        cache.put("b", state("b", 1), 17_000);

        assertThat(cache.findPredecessor("a", 2)).isNotNull();
        assertThat(cache.findPredecessor("b", 2)).isNull();
    }

    private static void put(MirrorCache cache, String id, long version) {
        cache.put(id, state(id, version), ENTRY_BYTES);
    }

    private static MirrorState state(String id, long version) {
        return new MirrorState(version, version, new DeletedState(id, "anna", version));
    }
}
