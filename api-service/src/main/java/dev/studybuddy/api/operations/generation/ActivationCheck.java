package dev.studybuddy.api.operations.generation;

import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.mongo.MongoSessions;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Checks whether an operator may activate a generation. */
@Component
final class ActivationCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ActivationCheck.class);

    private static final Duration MAX_WAIT = Duration.ofSeconds(2);

    /** The wait for a generation leaves this part of the request's time for the last read and for the answer. */
    private static final Duration TIME_AFTER_WAIT = Duration.ofMillis(400);

    /** This limit of the search for snapshots leaves {@link #MAX_WAIT} for the wait within the request's deadline. */
    private static final Duration SEARCH_LIMIT = Duration.ofMillis(500);

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(50);

    private final GenerationCommands commands;
    private final MongoSessions mongoSessions;
    private final TopicPreconditions topics;
    private final GenerationProgress progress;
    private final RequiredSnapshots snapshots;
    private final MonotonicClock clock;

    ActivationCheck(
            GenerationCommands commands,
            MongoSessions mongoSessions,
            TopicPreconditions topics,
            GenerationProgress progress,
            RequiredSnapshots snapshots,
            MonotonicClock clock) {
        this.commands = commands;
        this.mongoSessions = mongoSessions;
        this.topics = topics;
        this.progress = progress;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    /**
     * Checks that the generation may be activated, and returns the record that permits it. The result is empty if the
     * generation is active already.
     *
     * @throws dev.studybuddy.api.http.ProblemException 404 if the record does not list the generation; 409 if the
     *     generation is broken, if its read model is paused, if it requires snapshots that are not complete or whose
     *     search takes too long, if its topics are no longer the present ones, or if it does not apply the present
     *     records within {@link #longestWait}; 503 if Kafka does not answer
     */
    Optional<GenerationRecord> require(String model, int generation) {
        try (MongoSessions.MongoSession session = mongoSessions.open()) {
            GenerationRecord record = commands.readRecord(model, session);
            if (record.active() != null && record.active() == generation) {
                return Optional.empty();
            }
            require(record, generation, session);
            return Optional.of(record);
        }
    }

    private void require(GenerationRecord record, int generation, MongoSessions.MongoSession session) {
        if (!record.lists(generation)) {
            throw Problem.notFound("generation among those that are active, previous or building")
                    .toException();
        }
        if (record.stateOf(generation) == GenerationState.BROKEN) {
            throw Problem.conflict(
                            "generation-broken",
                            "Generation broken",
                            label(record, generation) + " can no longer become exact. Start a rebuild.")
                    .toException();
        }
        GenerationCommands.requireNotPaused(record);
        requireSnapshots(record, generation);
        boolean reached;
        try {
            requirePresentTopics(record, generation);
            reached = awaitPresentEnds(record, generation, session);
        } catch (KafkaException unavailable) {
            LOG.debug("Kafka did not answer; the lag of a generation is unknown", unavailable);
            throw Problem.unavailable(
                            "kafka-unavailable",
                            "Kafka did not answer, so the lag of generation " + generation
                                    + " is unknown. Retry in a second.")
                    .toException();
        }
        if (!reached) {
            throw Problem.conflict(
                            "generation-behind",
                            "Generation behind",
                            label(record, generation) + " did not apply the present records of its topics while this"
                                    + " request waited for it. The wait is at most " + MAX_WAIT.toSeconds()
                                    + " s. Retry after it has caught up; GET /api/admin/projections shows its lag.")
                    .toException();
        }
    }

    /** Rejects a generation whose topics were replaced, because it lacks the events on the present topics. */
    private void requirePresentTopics(GenerationRecord record, int generation) {
        Generation checked = record.generations().get(generation);
        List<String> replacements = checked == null ? List.of() : topics.findReplacements(checked);
        if (!replacements.isEmpty()) {
            throw topicsReplaced(label(record, generation)
                    + " lacks events, because its topics are not the present ones: "
                    + String.join("; ", replacements) + '.');
        }
    }

    private static RuntimeException topicsReplaced(String cause) {
        return Problem.conflict("topics-replaced", "Topics replaced", cause + " Start a rebuild.")
                .toException();
    }

    private void requireSnapshots(GenerationRecord record, int generation) {
        Generation checked = record.generations().get(generation);
        if (checked != null && Integer.valueOf(generation).equals(record.building())) {
            RequiredSnapshots.State state = snapshots.state(record.model(), checked, SEARCH_LIMIT);
            describe(state, label(record, generation)).ifPresent(problem -> {
                throw problem.toException();
            });
        }
    }

    /** Returns the problem that rejects the activation of a generation whose snapshots have this state, if any. */
    static Optional<Problem> describe(RequiredSnapshots.State state, String label) {
        return switch (state) {
            case COMPLETE -> Optional.empty();
            case PENDING, FAILED ->
                Optional.of(Problem.conflict(
                        "snapshots-missing",
                        "Snapshots missing",
                        label
                                + " was started with snapshotsFirst, and some snapshots are not on the topics. Wait"
                                + " until the backup is complete, and retry or discard each dead-lettered snapshot. If"
                                + " the backup failed, abort the rebuild and start it again."));
            case UNKNOWN ->
                Optional.of(Problem.conflict(
                        "snapshots-unknown",
                        "Snapshots unknown",
                        label
                                + " was started with snapshotsFirst, and the search in the outbox for snapshots that"
                                + " are not on the topics took too long. Many dead-lettered events or a large backup"
                                + " can slow it down. Retry or discard the publisher's dead letters and repeat the"
                                + " request, or abort the rebuild and start one with \"activate\": \"auto\", whose job"
                                + " searches without a limit."));
        };
    }

    /**
     * Records the end offsets of the topics, waits until the generation has applied the records below them, and returns
     * whether it has applied them within {@link #longestWait}. These end offsets do not change during the wait, so that
     * the wait also ends under a steady load. A generation that is ahead of the topics before the wait is rejected.
     */
    private boolean awaitPresentEnds(GenerationRecord record, int generation, MongoSessions.MongoSession session) {
        Map<String, Long> done = progress.appliedOffsets(record, generation, session);
        Map<String, Long> ends = progress.endOffsets(record.readsOf(generation));
        if (GenerationProgress.isAhead(done, ends)) {
            throw topicsReplaced(label(record, generation)
                    + " applied more records than a partition of its topics holds, so the topics were replaced or lost"
                    + " records.");
        }
        long endNanos = clock.nanos() + longestWait().toNanos();
        boolean reached = GenerationProgress.hasReached(done, ends);
        while (!reached
                && endNanos - clock.nanos() > 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(CHECK_INTERVAL.toNanos());
            reached = GenerationProgress.hasReached(progress.appliedOffsets(record, generation, session), ends);
        }
        return reached;
    }

    /** Returns the longest wait for a generation, which leaves time for the answer within the request's deadline. */
    static Duration longestWait() {
        Duration withAnswer = Deadline.limit(MAX_WAIT.plus(TIME_AFTER_WAIT));
        return withAnswer.compareTo(TIME_AFTER_WAIT) <= 0 ? Duration.ZERO : withAnswer.minus(TIME_AFTER_WAIT);
    }

    private static String label(GenerationRecord record, int generation) {
        return "Generation " + generation + " of read model " + record.model();
    }
}
