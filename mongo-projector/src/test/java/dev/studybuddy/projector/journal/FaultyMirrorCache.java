package dev.studybuddy.projector.journal;

/** Creates the real mirror cache or one with the fault of a mutant. */
final class FaultyMirrorCache {

    private FaultyMirrorCache() {}

    static MirrorCache of(Mutant mutant, MirrorCacheMemory memory) {
        return switch (mutant) {
            case MIRROR_CACHE_SURVIVES_THE_POSITION -> new KeptCache(memory);
            case MIRROR_CACHE_KEEPS_THE_FIRST_STATE -> new FirstStateCache(memory);
            default -> new MirrorCache(memory);
        };
    }

    private static final class KeptCache extends MirrorCache {

        KeptCache(MirrorCacheMemory memory) {
            super(memory);
        }

        @Override
        void clear() {
            // The fault of this mutant is that it removes nothing.
        }
    }

    private static final class FirstStateCache extends MirrorCache {

        FirstStateCache(MirrorCacheMemory memory) {
            super(memory);
        }

        @Override
        void put(String id, MirrorState state, long bytes) {
            if (findPredecessor(id, state.version()) == null) {
                super.put(id, state, bytes);
            }
        }

        @Override
        void remove(String id) {
            // The fault of this mutant is that it removes nothing.
        }
    }
}
