package dev.studybuddy.projector.generation;

import dev.studybuddy.background.Loop;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.projector.BackgroundWork;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.ReadModel;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Does the work on generations that needs Kafka: it starts generations, checks their topics, retires expired ones,
 * removes unlisted collections and groups, and publishes an earlier projection after a roll-back of the programs. It
 * has a thread of its own, so that the {@link GenerationReconciler} applies an activation or an abort while Kafka does
 * not respond.
 */
@Component
final class GenerationMaintainer implements BackgroundWork {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private final GenerationStore store;
    private final GenerationStarter starter;
    private final GenerationTransitions transitions;
    private final GenerationDropper dropper;
    private final ProjectorProperties properties;
    private final MonotonicClock clock;
    private final GenerationRounds rounds;
    private final GenerationRounds collectionRounds;
    private final GenerationRounds groupRounds;
    private final Loop loop;
    private long lastTopicCheckNanos = Long.MIN_VALUE;

    GenerationMaintainer(
            ReadModelRegistry registry,
            GenerationStore store,
            GenerationStarter starter,
            GenerationTransitions transitions,
            GenerationDropper dropper,
            ProjectorProperties properties,
            MonotonicClock clock) {
        this.store = store;
        this.starter = starter;
        this.transitions = transitions;
        this.dropper = dropper;
        this.properties = properties;
        this.clock = clock;
        Duration reconciliationInterval = properties.projector().reconciliationInterval();
        Duration topicCheckInterval = properties.projector().topicCheckInterval();
        this.rounds = new GenerationRounds("maintenance", registry, reconciliationInterval);
        this.collectionRounds = new GenerationRounds("removal of unlisted collections", registry, topicCheckInterval);
        this.groupRounds = new GenerationRounds("removal of unlisted consumer groups", registry, topicCheckInterval);
        this.loop = Loop.every("generation-maintainer", reconciliationInterval, this::maintainAll);
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public Duration stopTimeout() {
        return STOP_TIMEOUT;
    }

    private void maintainAll() {
        boolean checkTopics = isTopicCheckDue();
        rounds.run(model -> maintain(model, checkTopics));
        if (checkTopics) {
            // A refused removal of collections does not delay the removal of groups, and an outage of Kafka does not
            // delay the removal of collections.
            collectionRounds.run(model -> dropper.dropCollections(model.present()));
            groupRounds.run(model -> dropper.dropGroups(model.present()));
        }
    }

    private void maintain(ServedModel served, boolean checkTopics) {
        ReadModel model = served.present();
        GenerationRecord record = store.read(model.name()).orElseGet(() -> GenerationRecord.empty(model.name()));
        if (checkTopics) {
            // The start of a generation may fail because of other topics, so the check of the present generations comes
            // first.
            transitions.checkTopics(model, record);
        }
        starter.startIfNeeded(model, record);
        transitions.retireExpired(record);
        if (checkTopics) {
            transitions.publishAfterRollBack(served, record);
        }
    }

    private boolean isTopicCheckDue() {
        long now = clock.nanos();
        if (lastTopicCheckNanos != Long.MIN_VALUE
                && now - lastTopicCheckNanos
                        < properties.projector().topicCheckInterval().toNanos()) {
            return false;
        }
        lastTopicCheckNanos = now;
        return true;
    }
}
