package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.DeletedState;
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
    void cachesTogetherHoldNoMoreThanTheirMemoryAndReturnIt() {
        MirrorCacheMemory memory = new MirrorCacheMemory(20 * ENTRY_BYTES);
        MirrorCache first = new MirrorCache(memory);
        MirrorCache second = new MirrorCache(memory);
        MirrorCache third = new MirrorCache(memory);
        for (int n = 0; n < 100; n++) {
            put(first, "a" + n, 1);
            assertThat(memory.usedBytes()).isLessThanOrEqualTo(20 * ENTRY_BYTES);
        }
        // The first cache holds all memory until its next change, so the second cache can store nothing yet.
        put(second, "b", 1);
        assertThat(second.findPredecessor("b", 2)).isNull();
        first.clear();
        for (int n = 0; n < 100; n++) {
            put(first, "a" + n, 1);
            put(second, "b" + n, 1);
            put(third, "c" + n, 1);
            assertThat(memory.usedBytes()).isLessThanOrEqualTo(20 * ENTRY_BYTES);
        }
        assertThat(first.findPredecessor("a99", 2)).isNotNull();
        assertThat(third.findPredecessor("c99", 2)).isNotNull();

        first.clear();
        second.clear();
        third.clear();

        assertThat(memory.usedBytes()).isZero();
        put(first, "a", 1);
        assertThat(first.findPredecessor("a", 2)).isNotNull();
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
