package dev.studybuddy.api.operations.deadletter;

import dev.studybuddy.readmodel.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A selection names the open dead letters that a job replays or discards, and the rate of the job.
 *
 * @param source the code of the service that recorded them; null for both services
 * @param query the further conditions
 * @param upTo the latest time of the last change of a dead letter, so that a dead letter that fails again during the
 *     job waits for the next job
 * @param perSecond the largest number of dead letters per second
 */
record DeadLetterSelection(@Nullable String source, DeadLetterQuery query, Instant upTo, int perSecond) {

    /** Creates the selection that the settings of a job describe. */
    static DeadLetterSelection of(ObjectNode settings) {
        return new DeadLetterSelection(
                text(settings, "source"),
                new DeadLetterQuery(
                        text(settings, "topic"),
                        DeadLetter.code(DeadLetter.State.OPEN),
                        text(settings, "reason"),
                        text(settings, "key"),
                        text(settings, "cause")),
                Instant.parse(settings.path("upTo").asString("")),
                Math.max(1, settings.path("perSecond").asInt(100)));
    }

    /** Returns the settings of a job that describe this selection. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new TreeMap<>();
        putUnlessNull(settings, "source", source);
        putUnlessNull(settings, "topic", query.topic());
        putUnlessNull(settings, "reason", query.reason());
        putUnlessNull(settings, "key", query.key());
        putUnlessNull(settings, "cause", query.cause());
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
