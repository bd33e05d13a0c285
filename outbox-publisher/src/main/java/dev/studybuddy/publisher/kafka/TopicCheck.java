package dev.studybuddy.publisher.kafka;

import dev.studybuddy.background.MonotonicClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/** Checks a group of topics with one call of each kind, and creates the absent ones if the settings allow this. */
final class TopicCheck {

    private static final long CONFIG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final TopicSettings settings;
    private final TopicRequirements requirements;
    private final TopicAdmin admin;
    private final TopicReport report;
    private final MonotonicClock clock;

    /** Holds the answers of one check. */
    private record Answers(
            Map<String, TopicAnswer<TopicDescription>> descriptions,
            Map<String, TopicAnswer<Uuid>> creations,
            Map<String, TopicAnswer<Config>> configs) {

        TopicAnswer<TopicDescription> description(String topic) {
            return descriptions.getOrDefault(topic, new TopicAnswer.Absent<>());
        }

        /** Returns whether this check or another instance created the topic. */
        boolean isCreated(String topic) {
            TopicAnswer<Uuid> creation = creations.get(topic);
            return creation instanceof TopicAnswer.Found
                    || (creation instanceof TopicAnswer.Failed<Uuid> failed
                            && failed.error() instanceof TopicExistsException);
        }
    }

    TopicCheck(TopicSettings settings, TopicAdmin admin, TopicReport report, MonotonicClock clock) {
        this.settings = settings;
        this.requirements = new TopicRequirements(settings);
        this.admin = admin;
        this.report = report;
        this.clock = clock;
    }

    /**
     * Checks the topics of a group.
     *
     * @param answered whether the brokers answered about other topics, so that they are available even if each call for
     *     this group fails
     * @return whether a topic was created, so that another check is worthwhile soon
     */
    boolean run(List<MonitoredTopic> group, boolean answered) {
        if (group.isEmpty()) {
            return false;
        }
        List<String> names = new ArrayList<>();
        group.forEach(topic -> names.addAll(List.of(topic.topic(), topic.deadLetterTopic())));
        Map<String, TopicAnswer<TopicDescription>> descriptions = admin.describe(names);
        boolean unreachable =
                !answered && descriptions.values().stream().allMatch(TopicAnswer.Failed.class::isInstance);
        if (unreachable) {
            for (MonitoredTopic topic : group) {
                boolean wasReady = topic.state() instanceof TopicState.Ready
                        || (topic.state() instanceof TopicState.Unreachable before && before.wasReady());
                update(topic, new TopicState.Unreachable(reason(descriptions.get(topic.topic())), wasReady));
            }
            return false;
        }
        checkLeaders(group, descriptions);
        Map<String, TopicAnswer<Uuid>> creations = createAbsent(group, descriptions);
        Answers answers = new Answers(descriptions, creations, readConfigs(group, descriptions));
        for (MonitoredTopic topic : group) {
            recordPresence(topic, answers.description(topic.topic()));
            update(topic, evaluate(topic, answers));
            updateWeaknesses(topic, answers);
            updateDeadLetterTopic(topic, answers);
        }
        return creations.keySet().stream().anyMatch(answers::isCreated);
    }

    /**
     * Calls the leaders of new topics and evaluates their answers. A later check evaluates an answer that comes later,
     * because a partition without a leader must not delay the check of other topics.
     */
    private void checkLeaders(List<MonitoredTopic> group, Map<String, TopicAnswer<TopicDescription>> descriptions) {
        List<MonitoredTopic> newTopics = group.stream()
                .filter(topic -> topic.isNew() && descriptions.get(topic.topic()) instanceof TopicAnswer.Found)
                .toList();
        List<MonitoredTopic> uncalled =
                newTopics.stream().filter(topic -> topic.leaderCall() == null).toList();
        if (!uncalled.isEmpty()) {
            Map<String, Future<?>> calls = admin.callLeaders(
                    uncalled.stream().map(MonitoredTopic::topic).toList());
            uncalled.forEach(topic -> topic.setLeaderCall(calls.get(topic.topic())));
        }
        newTopics.forEach(TopicCheck::evaluateLeaders);
    }

    private static void evaluateLeaders(MonitoredTopic topic) {
        Future<?> call = topic.leaderCall();
        if (call != null && call.state() == Future.State.SUCCESS) {
            topic.setNew(false);
        } else if (call != null && call.state() == Future.State.FAILED) {
            topic.setLeaderFault("a partition of the new topic " + topic.topic() + " has no leader that answers: "
                    + new TopicAnswer.Failed<>(call.exceptionNow()).reason());
            topic.setLeaderCall(null);
        }
    }

    private Map<String, TopicAnswer<Uuid>> createAbsent(
            List<MonitoredTopic> group, Map<String, TopicAnswer<TopicDescription>> descriptions) {
        Map<String, NewTopic> absent = new TreeMap<>();
        for (MonitoredTopic topic : group) {
            if (settings.mayCreate(topic.type()) && !topic.isSurplus()) {
                String name = topic.topic();
                if (descriptions.get(name) instanceof TopicAnswer.Absent) {
                    absent.put(name, settings.newTopic(name));
                }
                String deadLetterName = topic.deadLetterTopic();
                if (descriptions.get(deadLetterName) instanceof TopicAnswer.Absent) {
                    // If the template permits it, the topic of another type can have the same name.
                    absent.putIfAbsent(deadLetterName, settings.newDeadLetterTopic(deadLetterName));
                }
            }
        }
        if (absent.isEmpty()) {
            return Map.of();
        }
        Map<String, TopicAnswer<Uuid>> creations = admin.create(absent.values());
        report.reportCreations(creations);
        return creations;
    }

    private Map<String, TopicAnswer<Config>> readConfigs(
            List<MonitoredTopic> group, Map<String, TopicAnswer<TopicDescription>> descriptions) {
        Map<String, MonitoredTopic> due = new HashMap<>();
        for (MonitoredTopic topic : group) {
            if (descriptions.get(topic.topic()) instanceof TopicAnswer.Found
                    && topic.needsConfig(clock.nanos(), CONFIG_INTERVAL_NANOS)) {
                topic.beginConfigRead();
                due.put(topic.topic(), topic);
            }
        }
        if (due.isEmpty()) {
            return Map.of();
        }
        Map<String, TopicAnswer<Config>> configs = admin.configs(due.keySet());
        configs.forEach((name, answer) -> {
            MonitoredTopic topic = due.get(name);
            if (topic != null && answer instanceof TopicAnswer.Found<Config> found) {
                topic.setConfig(found.value(), clock.nanos());
            } else if (topic != null && answer instanceof TopicAnswer.Denied) {
                topic.setConfig(null, clock.nanos());
            }
        });
        report.reportDeniedConfigs(configs);
        return configs;
    }

    private static void recordPresence(MonitoredTopic topic, TopicAnswer<TopicDescription> description) {
        switch (description) {
            case TopicAnswer.Found<TopicDescription> found -> topic.recordFound();
            case TopicAnswer.Absent<TopicDescription> absent -> topic.recordNotFound();
            case TopicAnswer.Denied<TopicDescription> denied -> topic.recordNotFound();
            case TopicAnswer.Failed<TopicDescription> failed -> {}
        }
    }

    private TopicState evaluate(MonitoredTopic topic, Answers answers) {
        String name = topic.topic();
        return switch (answers.description(name)) {
            case TopicAnswer.Found<TopicDescription> found ->
                topic.isConfigRead()
                        ? evaluateExisting(topic, found.value())
                        : stateAfterFailure(
                                topic,
                                "read the configuration of",
                                answers.configs().get(name));
            case TopicAnswer.Absent<TopicDescription> absent -> {
                if (!answers.isCreated(name)) {
                    yield new TopicState.Blocked(
                            absenceReason(topic, answers.creations().get(name)));
                }
                topic.setNew(true);
                yield new TopicState.Unchecked();
            }
            case TopicAnswer.Denied<TopicDescription> denied -> new TopicState.Blocked(denied.reason());
            case TopicAnswer.Failed<TopicDescription> failed -> stateAfterFailure(topic, "describe", failed);
        };
    }

    private TopicState evaluateExisting(MonitoredTopic topic, TopicDescription description) {
        TopicState state = requirements.evaluate(description, topic.config());
        if (!(state instanceof TopicState.Ready) || !topic.isNew()) {
            return state;
        }
        String fault = topic.leaderFault();
        return fault.isEmpty() ? new TopicState.Unchecked() : new TopicState.Blocked(fault);
    }

    /**
     * Returns the state after a call failed for this topic although the brokers answered about others. A topic that was
     * ready stays ready, because a send shows whether it still is.
     */
    private static TopicState stateAfterFailure(MonitoredTopic topic, String action, @Nullable TopicAnswer<?> answer) {
        return topic.state() instanceof TopicState.Ready ready
                ? ready
                : new TopicState.Blocked(
                        "the brokers did not " + action + " topic " + topic.topic() + ": " + reason(answer));
    }

    private String absenceReason(MonitoredTopic topic, @Nullable TopicAnswer<?> creation) {
        String absent = "topic " + topic.topic() + " is absent";
        if (creation != null) {
            return absent + " and could not be created with " + settings.describeCreation() + ": " + reason(creation);
        }
        return absent + "; create it with " + settings.describeCreation()
                + (settings.create()
                        ? ", or add its type to publisher.topics.types, or set publisher.topics.create-unlisted = true"
                        : "");
    }

    private static String reason(@Nullable TopicAnswer<?> answer) {
        if (answer instanceof TopicAnswer.Denied<?> denied) {
            return denied.reason();
        }
        return answer instanceof TopicAnswer.Failed<?> failed ? failed.reason() : "the topic is absent";
    }

    private void update(MonitoredTopic topic, TopicState after) {
        TopicState before = topic.state();
        topic.setState(after);
        report.reportTransition(topic, before, after);
    }

    private void updateWeaknesses(MonitoredTopic topic, Answers answers) {
        List<String> before = topic.weaknesses();
        List<String> after = answers.description(topic.topic()) instanceof TopicAnswer.Found<TopicDescription> found
                        && topic.state() instanceof TopicState.Ready
                ? requirements.weaknesses(found.value(), topic.config())
                : List.of();
        if (!after.equals(before)) {
            topic.setWeaknesses(after);
            report.reportWeaknesses(topic);
        }
    }

    private void updateDeadLetterTopic(MonitoredTopic topic, Answers answers) {
        boolean expected = answers.description(topic.topic()) instanceof TopicAnswer.Found;
        String name = topic.deadLetterTopic();
        String fault = "";
        switch (answers.description(name)) {
            case TopicAnswer.Found<TopicDescription> found -> {
                int partitions = found.value().partitions().size();
                topic.setDeadLetterPartitions(OptionalInt.of(partitions));
                if (partitions != settings.partitions()) {
                    fault = "the dead-letter topic has " + partitions + " partitions, not " + settings.partitions()
                            + ", so a dead letter may be in another partition than its event";
                }
            }
            case TopicAnswer.Absent<TopicDescription> absent -> {
                topic.setDeadLetterPartitions(OptionalInt.empty());
                TopicAnswer<Uuid> creation = answers.creations().get(name);
                if (!answers.isCreated(name)) {
                    fault = "the dead-letter topic is absent"
                            + (creation == null ? "" : " and could not be created: " + reason(creation));
                }
            }
            case TopicAnswer.Denied<TopicDescription> denied -> {
                topic.setDeadLetterPartitions(OptionalInt.empty());
                fault = denied.reason();
            }
            case TopicAnswer.Failed<TopicDescription> failed -> {
                // The last known number of partitions stays valid.
                return;
            }
        }
        if (topic.replaceDeadLetterFault(expected ? fault : "")) {
            report.reportDeadLetterFault(topic, fault);
        }
    }
}
