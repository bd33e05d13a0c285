package dev.studybuddy.load;

import dev.studybuddy.audit.AcknowledgedWrite;
import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.audit.AggregateKey;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.load.http.ApiClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A load run executes a load with several clients. Each client sends one write after another, each for a random user.
 */
public final class LoadRun {

    private static final int WRITES_PER_SAMPLE = 5;
    private static final int NOT_FOUND = 404;
    private static final Set<Integer> RETRYABLE = Set.of(429, 503);

    private final LoadPlan plan;
    private final ApiClient api;
    private final AcknowledgedWrites acknowledgedWrites;
    private final @Nullable WriteLagSampler lagSampler;
    private final WriteMix mix;
    private final AnswerCounter counter = new AnswerCounter();
    private final AtomicLong nextNumber = new AtomicLong();
    private volatile boolean endRequested;

    /**
     * Creates a load run.
     *
     * @param acknowledgedWrites receives every write that is answered with a 2xx
     * @param lagSampler measures the time until MongoDB shows a write; null disables this measurement
     */
    public LoadRun(
            LoadPlan plan, ApiClient api, AcknowledgedWrites acknowledgedWrites, @Nullable WriteLagSampler lagSampler) {
        this.plan = plan;
        this.mix = new WriteMix(
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()), plan.changesSessions());
        this.api = api;
        this.acknowledgedWrites = acknowledgedWrites;
        this.lagSampler = lagSampler;
    }

    /** Returns the number of writes that were started. Tests use it to inject a fault at a defined point. */
    public long startedWrites() {
        return nextNumber.get();
    }

    /**
     * Ends the load although it has not sent all its writes. The clients still wait for the answers of the writes that
     * they have sent.
     */
    public void end() {
        endRequested = true;
    }

    /** Ends an interval and returns what happened since the previous one ended, or since the start. */
    public LoadInterval endInterval() {
        return lagSampler == null
                ? counter.endInterval(Percentiles.NONE, 0)
                : counter.endInterval(lagSampler.endInterval(), lagSampler.givenUp());
    }

    /**
     * Creates the users, then sends all writes and returns the result.
     *
     * @throws IllegalStateException if the API does not create a user, or if a client or the lag sampler fails
     */
    public LoadResult run() throws IOException, InterruptedException {
        List<LoadUser> users = new ArrayList<>();
        for (int n = 0; n < plan.users(); n++) {
            users.add(createUser(-1 - n));
        }
        runPhase(users, plan.warmUp(), 0, false);
        long startNanos = System.nanoTime();
        runPhase(users, (long) plan.warmUp() + plan.writes(), plan.rate(), true);
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        if (lagSampler == null) {
            return counter.result(took, Percentiles.NONE, 0);
        }
        lagSampler.awaitSamples();
        return counter.result(took, lagSampler.percentiles(), lagSampler.givenUp());
    }

    private LoadUser createUser(long number) throws IOException, InterruptedException {
        Write write = mix.createUser(number);
        Answer answer = api.call(write.method(), write.path(), write.body());
        if (!answer.ok()) {
            throw new IllegalStateException("the API did not create a user: " + answer);
        }
        String id = answer.text("id");
        acknowledgedWrites.add(new AcknowledgedWrite(
                new AggregateKey(AggregateType.USER, id), answer.version(), AcknowledgedWrite.Effect.CHANGED));
        return new LoadUser(id, api.token(id));
    }

    private void runPhase(List<LoadUser> users, long end, int rate, boolean measured) throws InterruptedException {
        long first = nextNumber.get();
        long startNanos = System.nanoTime();
        try (ExecutorService pool = Executors.newFixedThreadPool(plan.clients())) {
            List<Future<?>> clients = new ArrayList<>();
            for (int n = 0; n < plan.clients(); n++) {
                SplittableRandom random = new SplittableRandom(plan.seed() * 1_000 + first + n);
                clients.add(pool.submit(() -> {
                    for (long number = takeNumber(end); number >= 0; number = takeNumber(end)) {
                        long dueNanos =
                                rate == 0 ? System.nanoTime() : startNanos + (number - first) * 1_000_000_000L / rate;
                        awaitNanos(dueNanos);
                        write(users.get(random.nextInt(users.size())), number, random, dueNanos, measured);
                    }
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a client of the load failed", failed.getCause());
        }
    }

    /** Returns the next number below the end, or −1 if all are taken or the load must end. */
    private long takeNumber(long end) {
        if (endRequested) {
            return -1;
        }
        long number = nextNumber.getAndUpdate(n -> n < end ? n + 1 : n);
        return number < end ? number : -1;
    }

    private static void awaitNanos(long dueNanos) {
        for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void write(LoadUser user, long number, SplittableRandom random, long dueNanos, boolean measured)
            throws InterruptedException {
        Write write = mix.next(user, number, random);
        Answer answer;
        try {
            answer = api.call(write.method(), write.path(), write.body(), write.headers());
        } catch (IOException unanswered) {
            counter.countUnanswered();
            return;
        }
        counter.countAnswer(answer.status());
        if (answer.ok()) {
            if (measured) {
                counter.recordLatency(Duration.ofNanos(System.nanoTime() - dueNanos));
            }
            recordAcknowledged(write, answer, measured && random.nextInt(WRITES_PER_SAMPLE) == 0);
        } else if (answer.status() == NOT_FOUND && write.effect() != AcknowledgedWrite.Effect.DELETED) {
            counter.countRaced();
        } else if (RETRYABLE.contains(answer.status())
                && answer.header("Retry-After").isPresent()) {
            counter.countRejected();
        } else {
            counter.countFailed();
        }
    }

    private void recordAcknowledged(Write write, Answer answer, boolean sampled) {
        String id = write.id() == null ? answer.text("id") : write.id();
        AggregateKey key = new AggregateKey(write.type(), id);
        acknowledgedWrites.add(new AcknowledgedWrite(key, answer.version(), write.effect()));
        LoadUser user = write.user();
        if (write.id() == null && user != null) {
            if (write.type() == AggregateType.TODO) {
                user.addTodo(id);
            } else {
                user.addSession(id);
            }
        }
        if (sampled && lagSampler != null && answer.version() > 0) {
            lagSampler.offer(key, answer.version());
        }
    }
}
