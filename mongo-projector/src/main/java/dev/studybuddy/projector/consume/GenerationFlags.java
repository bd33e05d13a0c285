package dev.studybuddy.projector.consume;

import java.util.concurrent.atomic.AtomicBoolean;

/** Holds the flags that the generation record determines for a generation that is served. Any thread may use it. */
final class GenerationFlags {

    private final AtomicBoolean live;
    private final AtomicBoolean paused = new AtomicBoolean();

    /**
     * @param live whether the generation is live; otherwise it is being built
     */
    GenerationFlags(boolean live) {
        this.live = new AtomicBoolean(live);
    }

    boolean isLive() {
        return live.get();
    }

    /** Returns whether an operator paused the read model of the generation. */
    boolean isPaused() {
        return paused.get();
    }

    /** Sets whether the generation is live, and returns whether this is a change. */
    boolean setLive(boolean nowLive) {
        return live.getAndSet(nowLive) != nowLive;
    }

    /** Sets whether the generation is paused, and returns whether this is a change. */
    boolean setPaused(boolean nowPaused) {
        return paused.getAndSet(nowPaused) != nowPaused;
    }
}
