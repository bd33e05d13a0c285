package dev.studybuddy.projector.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs several tasks, one at a time, and at each {@link #pass()} draws whose turn is next: any interleaving can come, and
 * a seed always gives the same one.
 */
final class Turns {

    private static final int SAME_AGAIN = 3;

    private final Random random;
    private final List<Semaphore> gates = new ArrayList<>();
    private final List<Integer> running = new ArrayList<>();
    private final Semaphore ended = new Semaphore(0);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private int turn;

    Turns(Random random) {
        this.random = random;
    }

    /** Returns when all have ended; throws what the first that failed threw. */
    void run(List<Runnable> tasks) {
        for (int i = 0; i < tasks.size(); i++) {
            int me = i;
            gates.add(new Semaphore(0));
            running.add(i);
            Thread.ofVirtual().start(() -> {
                gates.get(me).acquireUninterruptibly();
                try {
                    tasks.get(me).run();
                } catch (Throwable wrong) {
                    failure.compareAndSet(null, wrong);
                } finally {
                    running.remove(Integer.valueOf(me));
                    leave();
                }
            });
        }
        leave();
        ended.acquireUninterruptibly();
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
    }

    /** The task that calls may have to wait here while others go on. */
    void pass() {
        if (running.size() < 2 || random.nextInt(SAME_AGAIN) > 0) {
            return;
        }
        int me = turn;
        turn = running.get(random.nextInt(running.size()));
        if (turn != me) {
            gates.get(turn).release();
            gates.get(me).acquireUninterruptibly();
        }
    }

    private void leave() {
        if (running.isEmpty()) {
            ended.release();
        } else {
            turn = running.get(random.nextInt(running.size()));
            gates.get(turn).release();
        }
    }
}
