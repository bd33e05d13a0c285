package dev.studybuddy.projector.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs several tasks, one at a time, and draws the next task at some calls of {@link #maybeSwitch()}. Any interleaving
 * can occur, and a seed always produces the same one.
 */
final class TaskInterleaver {

    private static final int CALLS_PER_SWITCH = 3;

    private final Random random;
    private final List<Semaphore> permits = new ArrayList<>();
    private final List<Integer> unfinished = new ArrayList<>();
    private final Semaphore allEnded = new Semaphore(0);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private int current;

    TaskInterleaver(Random random) {
        this.random = random;
    }

    /**
     * Runs the tasks and waits until all have ended. Throws an exception whose cause is the first failure of a task.
     */
    void run(List<Runnable> tasks) {
        for (int i = 0; i < tasks.size(); i++) {
            int self = i;
            permits.add(new Semaphore(0));
            unfinished.add(i);
            Thread.ofVirtual().start(() -> {
                permits.get(self).acquireUninterruptibly();
                try {
                    tasks.get(self).run();
                } catch (Throwable thrown) {
                    failure.compareAndSet(null, thrown);
                } finally {
                    unfinished.remove(Integer.valueOf(self));
                    switchToNext();
                }
            });
        }
        switchToNext();
        allEnded.acquireUninterruptibly();
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
    }

    /** Switches to another task at random. The calling task then waits here while other tasks run. */
    void maybeSwitch() {
        if (unfinished.size() < 2 || random.nextInt(CALLS_PER_SWITCH) > 0) {
            return;
        }
        int self = current;
        current = unfinished.get(random.nextInt(unfinished.size()));
        if (current != self) {
            permits.get(current).release();
            permits.get(self).acquireUninterruptibly();
        }
    }

    private void switchToNext() {
        if (unfinished.isEmpty()) {
            allEnded.release();
        } else {
            current = unfinished.get(random.nextInt(unfinished.size()));
            permits.get(current).release();
        }
    }
}
