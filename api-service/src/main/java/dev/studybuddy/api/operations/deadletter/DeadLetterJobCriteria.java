package dev.studybuddy.api.operations.deadletter;

import dev.studybuddy.readmodel.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * These criteria select the open dead letters that a job replays or discards, and state the rate of the job.
 *
 * @param source the code of the service that recorded them; null for both services
 * @param further the topic, the state, the reason, the key and the cause of the dead letters
 * @param upTo the latest time of the last change of a dead letter, so that a dead letter that fails again during the
 *     job waits for the next job
 * @param perSecond the largest number of dead letters per second
 */
record DeadLetterJobCriteria(@Nullable String source, DeadLetterCriteria further, Instant upTo, int perSecond) {

    /** Creates the criteria that the settings of a job describe. */
    static DeadLetterJobCriteria of(ObjectNode settings) {
        return new DeadLetterJobCriteria(
                text(settings, "source"),
                new DeadLetterCriteria(
                        text(settings, "topic"),
                        DeadLetter.code(DeadLetter.State.OPEN),
                        text(settings, "reason"),
                        text(settings, "key"),
                        text(settings, "cause")),
                Instant.parse(settings.path("upTo").asString("")),
                Math.max(1, settings.path("perSecond").asInt(100)));
    }

    /** Returns the settings of a job that describe these criteria. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new TreeMap<>();
        putUnlessNull(settings, "source", source);
        putUnlessNull(settings, "topic", further.topic());
        putUnlessNull(settings, "reason", further.reason());
        putUnlessNull(settings, "key", further.key());
        putUnlessNull(settings, "cause", further.cause());
        settings.put("upTo", upTo.toString());
        settings.put("perSecond", perSecond);
        return settings;
    }

    boolean includesRows() {
        return !DeadLetterView.PROJECTOR.equals(source);
    }

    boolean includesDocuments() {
        return !DeadLetterView.PUBLISHER.equals(source);
    }

    /** Returns the wait between two dead letters. */
    Duration interval() {
        return Duration.ofSeconds(1).dividedBy(perSecond);
    }

    private static void putUnlessNull(Map<String, Object> settings, String name, @Nullable String value) {
        if (value != null) {
            settings.put(name, value);
        }
    }

    private static @Nullable String text(ObjectNode settings, String field) {
        String text = settings.path(field).asString("");
        return text.isEmpty() ? null : text;
    }
}
