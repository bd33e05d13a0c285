package dev.studybuddy.api.operations.erasure;

import dev.studybuddy.api.idempotency.PersonalAnswers;
import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.operations.deadletter.DeadLetterErasure;
import dev.studybuddy.api.outbox.OutboxErasure;
import dev.studybuddy.api.outbox.PendingErasures;
import dev.studybuddy.api.outbox.PendingErasures.Erasure;
import dev.studybuddy.contract.AggregateType;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Erases the personal data of deleted aggregates, in batches. The erasure of an aggregate stays pending while one of
 * its events is pending, or while {@link MirrorDeletions} counts its mirror as not deleted. The job also erases late
 * dead letters.
 *
 * <p>The job starts at a random aggregate. It continues with the late dead letters after a number of batches in a row
 * in which no erasure became complete, so that many aggregates with stuck events do not keep it running. The next job
 * starts at another aggregate, so that such aggregates do not delay the others for long.
 */
@Component
final class ErasureJob implements JobHandler {

    static final String KIND = "erasure";

    private static final int BATCH_SIZE = 100;
    private static final int MAX_BATCHES_WITHOUT_PROGRESS = 50;

    private static final Comparator<Erasure> ORDER =
            Comparator.comparing(Erasure::type).thenComparing(Erasure::id);

    /**
     * This record documents the fields of a job's answer.
     *
     * @param waiting the number of aggregates that stayed pending
     */
    record ErasureResult(long waiting) {}

    private final PendingErasures pending;
    private final OutboxErasure outbox;
    private final DeadLetterErasure deadLetters;
    private final PersonalAnswers answers;
    private final MirrorDeletions mirrors;
    private final LateDeadLetters lateDeadLetters;

    ErasureJob(
            PendingErasures pending,
            OutboxErasure outbox,
            DeadLetterErasure deadLetters,
            PersonalAnswers answers,
            MirrorDeletions mirrors,
            LateDeadLetters lateDeadLetters) {
        this.pending = pending;
        this.outbox = outbox;
        this.deadLetters = deadLetters;
        this.answers = answers;
        this.mirrors = mirrors;
        this.lateDeadLetters = lateDeadLetters;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Map<String, ?> emptyResult() {
        return Map.of("waiting", 0);
    }

    @Override
    public Optional<Class<? extends Record>> resultType() {
        return Optional.of(ErasureResult.class);
    }

    @Override
    public void run(JobContext job) {
        Erasure start = randomPosition();
        if (eraseFrom(start, null, job)) {
            eraseFrom(Erasure.START, start, job);
        }
        lateDeadLetters.erase(job);
        job.recordProgress(null, job.done(), job.done());
    }

    private static Erasure randomPosition() {
        AggregateType[] types = AggregateType.values();
        ThreadLocalRandom random = ThreadLocalRandom.current();
        UUID id = new UUID(random.nextLong(), random.nextLong());
        return new Erasure(types[random.nextInt(types.length)].code(), id.toString(), false);
    }

    /**
     * Erases the aggregates after a position.
     *
     * @param end the position up to which the method erases; null for no limit
     * @return whether the method reached the end; false if it stopped earlier, because too many batches completed
     *     nothing
     */
    private boolean eraseFrom(Erasure position, @Nullable Erasure end, JobContext job) {
        Erasure last = position;
        int withoutProgress = 0;
        while (withoutProgress < MAX_BATCHES_WITHOUT_PROGRESS) {
            job.checkpoint();
            List<Erasure> page = pending.findAfter(last, BATCH_SIZE);
            if (page.isEmpty()) {
                return true;
            }
            List<Erasure> batch = page.stream()
                    .filter(erasure -> end == null || ORDER.compare(erasure, end) <= 0)
                    .toList();
            int complete = batch.isEmpty() ? 0 : erase(batch);
            withoutProgress = complete == 0 ? withoutProgress + 1 : 0;
            int waiting = batch.size() - complete;
            job.result().put("waiting", job.result().path("waiting").asInt(0) + waiting);
            job.recordProgress(null, job.done() + complete, null);
            last = page.getLast();
            if (end != null && ORDER.compare(last, end) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Erases a batch, and returns the number of aggregates of which nothing is left. */
    private int erase(List<Erasure> batch) {
        Set<String> left = new HashSet<>(outbox.erase(batch));
        deadLetters.erase(batch.stream().map(Erasure::id).toList());
        batch.stream()
                .filter(erasure -> erasure.type().equals(AggregateType.USER.code()))
                .forEach(user -> answers.deleteAllOf(user.id()));
        left.addAll(mirrors.findUndeleted(batch));
        List<Erasure> complete =
                batch.stream().filter(erasure -> !left.contains(erasure.id())).toList();
        pending.removeAll(complete);
        return complete.size();
    }
}
