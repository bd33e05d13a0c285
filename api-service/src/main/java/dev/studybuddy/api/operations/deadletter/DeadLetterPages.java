package dev.studybuddy.api.operations.deadletter;

import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.kafka.TopicProperties;
import dev.studybuddy.api.outbox.DeadLetteredRowTable;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** Reads the pages of a list that contains the dead letters of the publisher first, and then those of the projector. */
@Component
final class DeadLetterPages {

    private final DeadLetters deadLetters;
    private final TopicProperties properties;

    DeadLetterPages(DeadLetters deadLetters, TopicProperties properties) {
        this.deadLetters = deadLetters;
        this.properties = properties;
    }

    /**
     * Returns the dead letters after a position.
     *
     * @param source the only source of the dead letters; empty for both sources
     * @param size the largest number of dead letters in the page
     */
    Page<DeadLetterView> read(DeadLetterCriteria criteria, String source, DeadLetterCursor position, int size) {
        List<DeadLetterView> items = new ArrayList<>();
        if (!position.rowsDone() && !source.equals(DeadLetterView.PROJECTOR)) {
            DeadLetteredRowTable.RowPage found = deadLetters.findRows(criteria, position.row(), size);
            found.rows().forEach(row -> items.add(DeadLetterView.of(row, properties.topicPrefix())));
            if (found.next() != null) {
                return new Page<>(items, DeadLetterCursor.afterRow(found.next()).text());
            }
        }
        if (source.equals(DeadLetterView.PUBLISHER)) {
            return new Page<>(items, null);
        }
        String after = position.rowsDone() ? position.document() : null;
        DeadLetters.DocumentPage found = deadLetters.findDocuments(
                criteria, after == null || after.isEmpty() ? null : after, size - items.size());
        items.addAll(found.deadLetters());
        if (!found.more()) {
            return new Page<>(items, null);
        }
        String reached = found.deadLetters().isEmpty()
                ? null
                : found.deadLetters().getLast().id();
        return new Page<>(items, DeadLetterCursor.afterDocument(reached).text());
    }
}
