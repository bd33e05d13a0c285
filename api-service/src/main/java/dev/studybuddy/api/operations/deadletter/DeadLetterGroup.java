package dev.studybuddy.api.operations.deadletter;

import dev.studybuddy.api.outbox.DeadLetteredRowTable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;

/**
 * A group contains the open dead letters of one source and topic that have the same cause.
 *
 * @param source the code of the service that recorded them: {@code publisher} or {@code projector}
 * @param cause the reason, in which each number is replaced by {@code #}, so that reasons that differ only in a size or
 *     an id are one cause
 * @param count the number of dead letters
 * @param countExact whether {@code count} is exact; otherwise it is a lower bound
 * @param oldestAt the time at which the first of them was recorded
 * @param newestAt the time at which the last of them was recorded
 * @param example the id of one of them
 */
@Schema(name = "DeadLetterGroup")
record DeadLetterGroup(
        @Schema(allowableValues = {"publisher", "projector"})
        String source,

        @Schema(example = "studybuddy.todo.v1") String topic,
        @Schema(example = "schema-newer") String cause,
        long count,
        boolean countExact,
        Instant oldestAt,
        Instant newestAt,
        String example) {

    static DeadLetterGroup of(DeadLetteredRowTable.CauseGroup group, String topic) {
        return new DeadLetterGroup(
                DeadLetterView.PUBLISHER,
                topic,
                group.cause(),
                group.rows(),
                group.exact(),
                group.oldest(),
                group.newest(),
                group.example());
    }
}
