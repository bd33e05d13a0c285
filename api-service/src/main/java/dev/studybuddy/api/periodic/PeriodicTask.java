package dev.studybuddy.api.periodic;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.background.Loop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** A periodic task runs rounds in a thread of its own while the service runs, and waits for its period after each. */
public abstract class PeriodicTask implements SmartLifecycle, BackgroundLoops {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);

    private final String name;
    private final Duration initialDelay;
    private final Duration period;
    private volatile @Nullable Loop loop;

    /**
     * Creates a task whose first round runs at the start of the service.
     *
     * @param name the name of the thread, which log lines show
     */
    protected PeriodicTask(String name, Duration period) {
        this(name, Duration.ZERO, period);
    }

    /**
     * Creates a task whose first round runs after a delay.
     *
     * @param name the name of the thread, which log lines show
     */
    protected PeriodicTask(String name, Duration initialDelay, Duration period) {
        this.name = name;
        this.initialDelay = initialDelay;
        this.period = period;
    }

    /** Runs one round. If it throws, the next round runs after at least half of the period. */
    protected abstract void runRound();

    @Override
    public final void start() {
        AtomicBoolean delayed = new AtomicBoolean();
        Loop.Round round = () -> {
            if (delayed.compareAndSet(false, true)) {
                return initialDelay.toNanos();
            }
            runRound();
            return period.toNanos();
        };
        Loop started = new Loop(name, round, Backoff.between(period, period));
        loop = started;
        started.start();
    }

    @Override
    public final void stop() {
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
        Loop running = loop;
        return running != null && running.isRunning();
    }
}
