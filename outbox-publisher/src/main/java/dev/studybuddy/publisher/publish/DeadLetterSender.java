package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.RowKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends copies of refused events to their dead-letter topics, and decides whether a dead letter can be written. */
final class DeadLetterSender {

    private static final Logger log = LoggerFactory.getLogger(DeadLetterSender.class);

    /** Writers of the outbox choose the types, so this bound limits their number. */
    private static final int MAX_RECORDED_TYPES = 1_000;

    private final EventSender sender;
    private final InFlightRows inFlight;
    /** The value of a row in flight to a dead-letter topic is the reason of its refusal. */
    private final Map<RowKey, String> reasons = new HashMap<>();
    /** The dead-letter topics of these types accepted no record at the last attempt. */
    private final Set<String> unavailableTypes = new HashSet<>();

    /**
     * @param inFlight receives each row that is sent to a dead-letter topic
     */
    DeadLetterSender(EventSender sender, InFlightRows inFlight) {
        this.sender = sender;
        this.inFlight = inFlight;
    }

    /** Sends a refused row to the dead-letter topic of its type. */
    void send(OutboxRow row, String reason, EventSender.OutcomeSink sink) {
        inFlight.add(row);
        reasons.put(row.key(), reason);
        sender.deadLetter(row, reason, sink);
    }

    /**
     * Removes a row whose send ended, and returns the reason of its refusal, or null if it was not sent as a dead
     * letter.
     */
    @Nullable
    String remove(OutboxRow row) {
        return reasons.remove(row.key());
    }

    /**
     * Returns whether a dead letter can be written after this outcome. This is so if its record is on the dead-letter
     * topic, or if that topic cannot receive it: the topic is absent, not authorised or not checked yet, or it refuses
     * the record. The outbox keeps the row in each case. If the dead-letter topic accepts no records now, or if the
     * broker did not evaluate the record, the row waits, and only the events of its aggregate wait with it.
     */
    boolean isFinished(OutboxRow row, SendOutcome outcome) {
        return switch (outcome) {
            case SendOutcome.PartitionUnavailable unavailable -> {
                recordUnavailable(row, unavailable.reason());
                yield false;
            }
            case SendOutcome.NotEvaluated notEvaluated -> false;
            case SendOutcome.Acknowledged acknowledged -> {
                recordAvailable(row);
                yield true;
            }
            default -> {
                // The dead-letter topic has no record of the row. A later error of that topic is logged again.
                unavailableTypes.remove(row.aggregate().type());
                yield true;
            }
        };
    }

    private void recordUnavailable(OutboxRow row, String reason) {
        String type = row.aggregate().type();
        if (unavailableTypes.size() < MAX_RECORDED_TYPES && unavailableTypes.add(type)) {
            log.atWarn()
                    .addKeyValue("type", type)
                    .addKeyValue("event", row.id())
                    .addKeyValue("reason", reason)
                    .log("The dead-letter topic accepts no records; refused events and later events of their aggregates"
                            + " wait, and all other events are sent");
        }
    }

    private void recordAvailable(OutboxRow row) {
        if (unavailableTypes.remove(row.aggregate().type())) {
            log.atInfo().addKeyValue("type", row.aggregate().type()).log("The dead-letter topic accepts records again");
        }
    }
}
