package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.readmodel.Generation;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves one generation on one thread, from {@link #start()} to {@link #close()}, whatever Kafka or MongoDB do meanwhile. */
public final class GenerationRunner implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GenerationRunner.class);
    private static final Duration STOPPING = Duration.ofSeconds(15);
    private static final Duration FRESH = Duration.ofSeconds(10);

    private final String name;
    private final Runnable preparation;
    private final Supplier<GenerationConsumer> opening;
    private final Consumer<String> broken;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Retry retry = new Retry();
    private final Thread thread;
    private boolean complained;
    private volatile Status status = new Status(0, 0, Long.MIN_VALUE);

    private record Status(int partitions, long waiting, long polledNanos) {}

    /**
     * @param preparation what must be there before the first consumer; tried until it succeeds
     * @param broken is told why the generation can't be exact any more
     */
    public GenerationRunner(
            Generations generations,
            ReadModel model,
            Generation generation,
            boolean live,
            String clientId,
            Runnable preparation,
            Consumer<String> broken) {
        this.name = model.name() + "-g" + generation.number();
        this.preparation = preparation;
        this.opening = generations.opening(model, generation, live, clientId + '-' + name);
        this.broken = broken;
        this.thread = Thread.ofPlatform().name("generation-" + name).unstarted(this::run);
    }

    /** Begins to serve. */
    public void start() {
        thread.start();
    }

    /** Which generation it serves, {@code study-g1}. */
    public String name() {
        return name;
    }

    /** Whether it polls. */
    public boolean polls() {
        Status now = status;
        return now.polledNanos() != Long.MIN_VALUE && System.nanoTime() - now.polledNanos() < FRESH.toNanos();
    }

    /** How many partitions this instance has of it. */
    public int partitions() {
        return status.partitions();
    }

    /** How many of them wait for MongoDB. */
    public long waiting() {
        return status.waiting();
    }

    /** Ends it, and waits until its partitions are given back. */
    @Override
    public void close() {
        stopped.countDown();
        try {
            if (!thread.join(STOPPING)) {
                log.warn("{} did not end within {} s", name, STOPPING.toSeconds());
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean prepared = false;
        while (running()) {
            try {
                if (!prepared) {
                    preparation.run();
                    prepared = true;
                }
                serve();
            } catch (OffsetOutOfRangeException gone) {
                broken.accept("the log does not hold the position any more: " + gone.offsetOutOfRangePartitions());
                return;
            } catch (InterruptException stopping) {
                log.info("{} was interrupted and ends", name);
                return;
            } catch (RuntimeException failed) {
                backOff(failed);
            }
        }
    }

    private void serve() {
        try (GenerationConsumer consumer = opening.get()) {
            while (running()) {
                consumer.round();
                status = new Status(consumer.partitions(), consumer.waiting(), System.nanoTime());
                if (complained) {
                    complained = false;
                    log.info("{} goes on", name);
                }
                retry.succeeded();
            }
        } finally {
            status = new Status(0, 0, Long.MIN_VALUE);
        }
    }

    private boolean running() {
        return stopped.getCount() > 0;
    }

    private void backOff(RuntimeException failed) {
        Duration wait = retry.failed();
        if (!complained) {
            complained = true;
            log.atWarn()
                    .addKeyValue("generation", name)
                    .setCause(failed)
                    .log("A generation can't be served now; it is tried again, at least every 5 s");
        }
        try {
            if (stopped.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                log.debug("{} ends while it waited", name);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            stopped.countDown();
        }
    }
}
