package dev.studybuddy.bench.load;

import dev.studybuddy.audit.Acknowledgement;
import dev.studybuddy.audit.Acknowledgements;
import dev.studybuddy.audit.AggregateKey;
import dev.studybuddy.bench.http.Answer;
import dev.studybuddy.bench.http.ApiClient;
import dev.studybuddy.contract.AggregateType;
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

/** A load under way: several clients, each writing one thing after another for one of several users. */
public final class LoadRun {

    private static final int SAMPLE_ONE_IN = 5;
    private static final int NOT_FOUND = 404;
    private static final Set<Integer> NOT_NOW = Set.of(429, 503);

    private final LoadPlan plan;
    private final ApiClient api;
    private final Acknowledgements acknowledgements;
    private final @Nullable LagWatch lag;
    private final Mix mix =
            new Mix(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    private final Tally tally = new Tally();
    private final AtomicLong numbers = new AtomicLong();

    /**
     * A load.
     *
     * @param acknowledgements gets every write that is answered with a 2xx, in the end one for each
     * @param lag null where the way to MongoDB is not measured
     */
    public LoadRun(LoadPlan plan, ApiClient api, Acknowledgements acknowledgements, @Nullable LagWatch lag) {
        this.plan = plan;
        this.api = api;
        this.acknowledgements = acknowledgements;
        this.lag = lag;
    }

    /** How many writes have been begun; to break things at a known place. */
    public long begun() {
        return numbers.get();
    }

    /** Makes the users, then writes until all is written. */
    public LoadResult run() throws IOException, InterruptedException {
        List<Person> persons = new ArrayList<>();
        for (int n = 0; n < plan.users(); n++) {
            persons.add(person(-1 - n));
        }
        phase(persons, plan.warmUp(), 0, false);
        long begun = System.nanoTime();
        phase(persons, (long) plan.warmUp() + plan.writes(), plan.rate(), true);
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        if (lag == null) {
            return tally.result(took, Percentiles.NONE, 0);
        }
        lag.end();
        return tally.result(took, lag.percentiles(), lag.givenUp());
    }

    private Person person(long number) throws IOException, InterruptedException {
        Write write = mix.newUser(number);
        Answer answer = api.call(write.method(), write.path(), write.body());
        if (!answer.ok()) {
            throw new IllegalStateException("can't make a user: " + answer);
        }
        String id = answer.text("id");
        acknowledgements.add(new Acknowledgement(
                new AggregateKey(AggregateType.USER, id), answer.version(), Acknowledgement.Effect.CHANGED));
        return new Person(id, api.token(id));
    }

    private void phase(List<Person> persons, long end, int rate, boolean measured) throws InterruptedException {
        long first = numbers.get();
        long begun = System.nanoTime();
        try (ExecutorService pool = Executors.newFixedThreadPool(plan.clients())) {
            List<Future<?>> clients = new ArrayList<>();
            for (int n = 0; n < plan.clients(); n++) {
                SplittableRandom random = new SplittableRandom(plan.seed() * 1_000 + first + n);
                clients.add(pool.submit(() -> {
                    for (long number = next(end); number >= 0; number = next(end)) {
                        long due = rate == 0 ? System.nanoTime() : begun + (number - first) * 1_000_000_000L / rate;
                        awaitDue(due);
                        write(persons.get(random.nextInt(persons.size())), number, random, due, measured);
                    }
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        } catch (ExecutionException broken) {
            throw new IllegalStateException("a client broke", broken.getCause());
        }
    }

    /** The next number below the end, −1 where they are used up. */
    private long next(long end) {
        long number = numbers.getAndUpdate(n -> n < end ? n + 1 : n);
        return number < end ? number : -1;
    }

    private static void awaitDue(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void write(Person person, long number, SplittableRandom random, long due, boolean measured)
            throws InterruptedException {
        Write write = mix.next(person, number, random);
        Answer answer;
        try {
            answer = api.call(write.method(), write.path(), write.body(), write.headers());
        } catch (IOException unanswered) {
            tally.unanswered();
            return;
        }
        tally.answered(answer.status());
        if (answer.ok()) {
            if (measured) {
                tally.measured(Duration.ofNanos(System.nanoTime() - due));
            }
            acknowledged(write, answer, measured && random.nextInt(SAMPLE_ONE_IN) == 0);
        } else if (answer.status() == NOT_FOUND && write.effect() != Acknowledgement.Effect.DELETED) {
            tally.raced();
        } else if (NOT_NOW.contains(answer.status())
                && answer.header("Retry-After").isPresent()) {
            tally.refused();
        } else {
            tally.failed();
        }
    }

    private void acknowledged(Write write, Answer answer, boolean sampled) {
        String id = write.id() == null ? answer.text("id") : write.id();
        AggregateKey key = new AggregateKey(write.type(), id);
        acknowledgements.add(new Acknowledgement(key, answer.version(), write.effect()));
        Person person = write.person();
        if (write.id() == null && person != null) {
            if (write.type() == AggregateType.TODO) {
                person.hasTodo(id);
            } else {
                person.hasSession(id);
            }
        }
        if (sampled && lag != null && answer.version() > 0) {
            lag.offer(key, answer.version());
        }
    }
}
