package dev.studybuddy.projector.generation;

import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.kafka.GroupInspector;
import dev.studybuddy.projector.kafka.TopicInspector;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Projection;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.TopicOrigin;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * This class changes generation records: it publishes projections, marks broken generations and retires expired ones.
 */
@Component
final class GenerationTransitions {

    private static final Logger log = LoggerFactory.getLogger(GenerationTransitions.class);

    /**
     * If this number of checks in a row finds no newer instance, every newer instance has ended. At the default
     * interval of the checks, they take a minute, which is longer than a restart and a session timeout.
     */
    private static final int ABSENT_CHECKS = 12;

    private final GenerationStore store;
    private final TopicInspector topicInspector;
    private final GroupInspector groupInspector;
    private final TopicDefects topicDefects;
    private final LoggedStates outdatedLog = new LoggedStates();
    private final LoggedStates newerLog = new LoggedStates();

    /** This set holds the read models whose projection this instance has published since its start. */
    private final Set<String> published = ConcurrentHashMap.newKeySet();

    /** This map holds the number of the last checks in a row that found no newer instance, by read model. */
    private final Map<String, Integer> absentChecks = new ConcurrentHashMap<>();

    private final ProjectorProperties properties;
    private final Clock clock;

    GenerationTransitions(
            GenerationStore store,
            TopicInspector topicInspector,
            GroupInspector groupInspector,
            TopicDefects topicDefects,
            ProjectorProperties properties,
            Clock clock) {
        this.store = store;
        this.topicInspector = topicInspector;
        this.groupInspector = groupInspector;
        this.topicDefects = topicDefects;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Publishes this instance's projection of a read model in the generation record, for other services to read. Each
     * instance publishes its projection once after its start, and again if an instance with an earlier version has
     * replaced it while the active generation has this instance's version. An instance of a program that lacks the
     * recorded version leaves this to {@link #publishAfterRollBack}, so that its restart changes nothing while newer
     * instances run.
     *
     * @return false if the record may have changed, so that the caller must read it again
     */
    boolean publishProjection(ServedModel served, GenerationRecord record) {
        ReadModel model = served.present();
        if (hasLostActiveVersion(served, record)) {
            published.remove(model.name());
        }
        if (published.contains(model.name()) || lacksRecordedVersion(served, record)) {
            return true;
        }
        if (model.projection().equals(record.projection())) {
            published.add(model.name());
            return true;
        }
        boolean written = store.compareAndSet(record.withProjection(model.projection()));
        log.atDebug()
                .addKeyValue("model", model.name())
                .log(
                        written
                                ? "This instance published its projection; the next round reads the record again"
                                : "Another instance changed the record; the next round publishes the projection again");
        return false;
    }

    /**
     * Publishes this instance's projection after a roll-back of the programs. The conditions are that the recorded
     * version is newer than each version of this instance, and that no newer instance runs. {@link #ABSENT_CHECKS}
     * checks in a row prove the second condition if they find no newer instance among the members of the groups that
     * only newer programs join. The next rebuild then uses the version that this instance published. If no generation
     * has such a group, only an instance that has not published its projection since its start publishes it, because a
     * newer instance that just started has no generation yet.
     */
    void publishAfterRollBack(ServedModel served, GenerationRecord record) {
        String name = served.name();
        List<Generation> newerGenerations = record.generations().values().stream()
                .filter(one -> one.end() == null && record.lists(one.number()))
                .filter(one -> one.projectionVersion() > served.highestVersion())
                .toList();
        if (!lacksRecordedVersion(served, record) || (published.contains(name) && newerGenerations.isEmpty())) {
            absentChecks.remove(name);
            return;
        }
        Set<String> newer = new TreeSet<>();
        for (Generation one : newerGenerations) {
            newer.addAll(groupInspector.findInstances(name, one.number()));
        }
        String instances = newer.isEmpty() ? null : String.join(", ", newer);
        if (newerLog.recordChange(name, instances) && instances != null) {
            log.atWarn()
                    .addKeyValue("model", name)
                    .addKeyValue("version", served.presentVersion())
                    .addKeyValue("instances", instances)
                    .log("This instance has an earlier version of the projection than the recorded one; rebuilds use"
                            + " the recorded version while these newer instances run");
        }
        if (!newer.isEmpty()) {
            absentChecks.remove(name);
            return;
        }
        if (absentChecks.merge(name, 1, Integer::sum) >= ABSENT_CHECKS
                && store.compareAndSet(record.withProjection(served.present().projection()))) {
            log.atInfo()
                    .addKeyValue("model", name)
                    .addKeyValue("version", served.presentVersion())
                    .log("No newer instance runs, so this instance published its earlier version of the projection;"
                            + " rebuilds use this version");
        }
    }

    /** Returns whether the record names an earlier version, although the active generation has the present one. */
    private static boolean hasLostActiveVersion(ServedModel served, GenerationRecord record) {
        Projection recorded = record.projection();
        Generation active =
                record.active() == null ? null : record.generations().get(record.active());
        return recorded != null
                && recorded.version() < served.presentVersion()
                && active != null
                && active.end() == null
                && active.projectionVersion() == served.presentVersion();
    }

    private static boolean lacksRecordedVersion(ServedModel served, GenerationRecord record) {
        return record.projection() != null && record.projection().version() > served.highestVersion();
    }

    /**
     * Checks the topics of all listed, usable generations, and marks a generation as broken if its topics have changed
     * since it started. Afterwards it reports a defect of the topics from which the next generation will be built, such
     * as compaction. After a change of the topic prefix, these are not the topics of the present generations, so this
     * second check may fail although the first one succeeds. For a read model without a generation, there is only the
     * second check.
     */
    void checkTopics(ReadModel model, GenerationRecord record) {
        List<Generation> usable = record.generations().values().stream()
                .filter(one -> one.end() == null && record.lists(one.number()))
                .toList();
        Set<String> topics =
                usable.stream().flatMap(one -> one.topics().keySet().stream()).collect(Collectors.toSet());
        Map<String, TopicOrigin> origins = topicInspector.findOrigins(topics);
        for (Generation one : usable) {
            String reason = findDifference(one, origins);
            if (reason != null) {
                markBroken(model, one.number(), reason);
            }
        }
        topicDefects.record(model.name(), topicInspector.inspect(model).defect());
    }

    /**
     * Marks one generation as broken. It reads the record first, because the record may have changed since the last
     * round.
     */
    void markBroken(ReadModel model, int number, String reason) {
        Optional<GenerationRecord> broken =
                store.read(model.name()).flatMap(record -> record.markBroken(number, reason));
        if (broken.isPresent() && store.compareAndSet(broken.get())) {
            log.atError()
                    .addKeyValue("model", model.name())
                    .addKeyValue("generation", number)
                    .addKeyValue("reason", reason)
                    .log("A generation is broken; it is no longer kept up to date and needs a rebuild");
        }
    }

    /**
     * Retires the previous generation after the duration {@code studybuddy.projector.keep-previous}. {@link
     * GenerationDropper} drops its collections later. An instance of an earlier program may serve only the previous
     * generation, because it lacks the projection of the active one. While such an instance is a member of the group of
     * the previous generation, this method does not retire that generation.
     */
    void retireExpired(GenerationRecord record) {
        Integer previous = record.previous();
        if (previous == null) {
            return;
        }
        Generation one = record.generations().get(previous);
        Instant since = one == null ? Instant.EPOCH : one.switchedAt() == null ? one.startedAt() : one.switchedAt();
        if (since.plus(properties.projector().keepPrevious()).isAfter(clock.instant())) {
            return;
        }
        if (isNeeded(record, previous)) {
            return;
        }
        String reason = "it was kept up to date for " + properties.projector().keepPrevious()
                + " after the activation of its successor";
        if (store.compareAndSet(record.retirePrevious(reason))) {
            log.atInfo()
                    .addKeyValue("model", record.model())
                    .addKeyValue("generation", previous)
                    .log("The projector retired the previous generation and drops its collections later");
        }
    }

    private boolean isNeeded(GenerationRecord record, int previous) {
        Integer active = record.active();
        if (active == null) {
            return false;
        }
        Set<String> instances = new TreeSet<>(groupInspector.findInstances(record.model(), previous));
        instances.removeAll(groupInspector.findInstances(record.model(), active));
        String outdated = instances.isEmpty() ? null : String.join(", ", instances);
        if (outdatedLog.recordChange(record.model(), outdated) && outdated != null) {
            log.atInfo()
                    .addKeyValue("model", record.model())
                    .addKeyValue("generation", previous)
                    .addKeyValue("instances", outdated)
                    .log("The projector keeps the previous generation, because these instances serve it and not the"
                            + " active one");
        }
        return outdated != null;
    }

    private static @Nullable String findDifference(Generation one, Map<String, TopicOrigin> present) {
        for (Map.Entry<String, TopicOrigin> topic : one.topics().entrySet()) {
            TopicOrigin now = present.get(topic.getKey());
            if (now != null && !now.id().equals(topic.getValue().id())) {
                return topic.getKey() + " was deleted and created again";
            }
            if (now != null && now.partitions() != topic.getValue().partitions()) {
                return topic.getKey() + " had " + topic.getValue().partitions() + " partitions and now has "
                        + now.partitions();
            }
        }
        return null;
    }
}
