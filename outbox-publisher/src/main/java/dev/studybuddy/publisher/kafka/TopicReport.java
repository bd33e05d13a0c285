package dev.studybuddy.publisher.kafka;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports each change that a check found, once. */
final class TopicReport {

    private static final Logger log = LoggerFactory.getLogger(TopicReport.class);

    private final Consumer<String> topicReady;
    private final Set<String> topicsWithoutConfig = new TreeSet<>();

    /**
     * @param topicReady accepts an aggregate type whose topic became ready
     */
    TopicReport(Consumer<String> topicReady) {
        this.topicReady = topicReady;
    }

    void reportTransition(MonitoredTopic topic, @Nullable TopicState before, TopicState after) {
        if (after.equals(before)) {
            return;
        }
        switch (after) {
            case TopicState.Ready ready -> {
                log.atInfo().addKeyValue("topic", topic.topic()).log("The topic is ready; its events are sent");
                topicReady.accept(topic.type());
            }
            case TopicState.Unchecked unchecked ->
                log.atDebug()
                        .addKeyValue("topic", topic.topic())
                        .log("The topic was created or is new; the next check determines its state");
            case TopicState.Blocked blocked -> reportBlock(topic, blocked.reason());
            case TopicState.Unreachable unreachable ->
                log.atWarn()
                        .addKeyValue("topic", topic.topic())
                        .addKeyValue("reason", unreachable.reason())
                        .log("The check of the topic failed; the publisher repeats it 2 s after each check ends");
        }
    }

    private static void reportBlock(MonitoredTopic topic, String reason) {
        if (topic.isRejected()) {
            log.atDebug()
                    .addKeyValue("topic", topic.topic())
                    .addKeyValue("reason", reason)
                    .log("The publisher waits for no further topics and did not find this one; it rejects the events of"
                            + " this topic");
        } else {
            log.atError()
                    .addKeyValue("topic", topic.topic())
                    .addKeyValue("reason", reason)
                    .log("The topic cannot be used; its events wait, and the publisher checks the topic again in 2 s");
        }
    }

    void reportCreations(Map<String, TopicAnswer<Uuid>> creations) {
        creations.forEach((topic, answer) -> {
            if (answer instanceof TopicAnswer.Found) {
                log.atInfo().addKeyValue("topic", topic).log("The publisher created the topic");
            }
        });
    }

    /** Reports topics whose configuration the principal is not allowed to read. */
    void reportDeniedConfigs(Map<String, TopicAnswer<Config>> configs) {
        Set<String> denied = new TreeSet<>();
        configs.forEach((topic, answer) -> {
            if (answer instanceof TopicAnswer.Denied) {
                denied.add(topic);
            }
        });
        if (topicsWithoutConfig.addAll(denied)) {
            log.atWarn()
                    .addKeyValue("topics", denied)
                    .log("The principal of this service lacks the operation DESCRIBE_CONFIGS on these topics; the"
                            + " publisher sends their events and cannot check compaction, retention and"
                            + " min.insync.replicas");
        }
    }

    void reportWeaknesses(MonitoredTopic topic) {
        if (topic.weaknesses().isEmpty()) {
            log.atInfo().addKeyValue("topic", topic.topic()).log("The topic is no longer weaker than the settings");
        } else {
            log.atWarn()
                    .addKeyValue("topic", topic.topic())
                    .addKeyValue("weaknesses", topic.weaknesses())
                    .log("The topic could lose events; its events are sent, and an operator must strengthen it");
        }
    }

    void reportDeadLetterFault(MonitoredTopic topic, String fault) {
        log.atWarn()
                .addKeyValue("topic", topic.deadLetterTopic())
                .addKeyValue("fault", fault)
                .addKeyValue("copies", topic.deadLetterPartitions().isPresent() ? "sent" : "not sent")
                .log("The dead-letter topic has a fault; the outbox keeps each dead letter in any case");
    }
}
