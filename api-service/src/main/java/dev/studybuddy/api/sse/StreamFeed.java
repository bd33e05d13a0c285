package dev.studybuddy.api.sse;

import dev.studybuddy.api.periodic.BackgroundLoops;
import dev.studybuddy.background.Loop;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * A feed reports events to the open streams of one kind, in rounds of a thread of its own. It accepts streams from the
 * service's start to its end.
 *
 * @param <S> the source of a stream
 */
public abstract class StreamFeed<S> implements SmartLifecycle, BackgroundLoops {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);

    private final String name;
    private final OpenStreams<S> streams;
    private final Consumer<S> end;
    private volatile @Nullable Loop loop;

    /**
     * Creates a feed, which accepts no stream before its start.
     *
     * @param name the name of the thread, which log lines show
     * @param streams holds the open streams, to which the subclass adds streams and from which it removes them
     * @param end ends a stream
     */
    protected StreamFeed(String name, OpenStreams<S> streams, Consumer<S> end) {
        this.name = name;
        this.streams = streams;
        this.end = end;
    }

    /** Reports events to the open streams, and returns the longest wait before the next round in nanoseconds. */
    protected abstract long runRound();

    /** Returns the open streams. */
    protected final OpenStreams<S> streams() {
        return streams;
    }

    /** Ends the wait before the next round. */
    protected final void wake() {
        Loop running = loop;
        if (running != null) {
            running.wake();
        }
    }

    @Override
    public final void start() {
        Loop started = new Loop(name, this::runRound);
        loop = started;
        streams.start();
        started.start();
    }

    /** Ends all streams before the server waits for its requests, because a stream would otherwise delay the stop. */
    @Override
    public final void stop() {
        streams.stop();
        streams.forEach(end);
        Loop running = loop;
        if (running != null) {
            running.stop(STOP_TIMEOUT);
        }
    }

    @Override
    public final List<Loop> loops() {
        Loop started = loop;
        return started == null ? List.of() : List.of(started);
    }

    @Override
    public final boolean isRunning() {
        return streams.isAccepting();
    }
}
