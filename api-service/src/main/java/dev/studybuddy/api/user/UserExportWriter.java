package dev.studybuddy.api.user;

import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.contract.AggregateState;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes all data of a user as one JSON document. It reads and writes one page at a time, so that the memory does not
 * grow with the size of the export. The client receives the user before the first page is read. The client then
 * receives bytes after each page. The read of a page takes at most three seconds.
 */
@Component
final class UserExportWriter {

    private static final int PAGE_SIZE = 200;

    private static final Duration TIME_OF_PAGE = Duration.ofMillis(2500);

    private final SubjectTable subjects;
    private final List<OwnedAggregates> owned;
    private final JsonMapper json;
    private final MonotonicClock clock;
    private final Duration maxDuration;

    UserExportWriter(
            SubjectTable subjects,
            List<OwnedAggregates> owned,
            JsonMapper json,
            MonotonicClock clock,
            ExportProperties properties) {
        this.subjects = subjects;
        this.owned = owned;
        this.json = json;
        this.clock = clock;
        this.maxDuration = properties.maxDuration();
    }

    /**
     * Writes the export of a user.
     *
     * @throws ExportTimeoutException if the longest duration passed before the export was complete
     * @throws IOException if the client closed the connection
     */
    void write(User user, OutputStream client) throws IOException {
        OutputStream out = new ExportStream(client, clock, maxDuration);
        print(out, "{\"user\":");
        out.write(json.writeValueAsBytes(user));
        out.flush();
        print(out, ",\"subjects\":[");
        writeSubjects(user.id(), out);
        for (OwnedAggregates aggregates : owned) {
            print(out, "],\"" + aggregates.type().code() + "s\":[");
            writeAll(user.id(), aggregates, out);
        }
        // A reader recognizes an export that an error or the longest duration ended, because it is not valid JSON.
        print(out, "],\"complete\":true}");
        out.flush();
    }

    private void writeSubjects(UUID user, OutputStream out) throws IOException {
        List<String> page = List.of();
        do {
            Deadline.ensure(TIME_OF_PAGE);
            String after = page.isEmpty() ? "" : page.getLast();
            page = subjects.list(user, after, PAGE_SIZE);
            writePage(page, after.isEmpty(), out);
        } while (page.size() == PAGE_SIZE);
    }

    private void writeAll(UUID user, OwnedAggregates aggregates, OutputStream out) throws IOException {
        List<AggregateState> page = List.of();
        do {
            Deadline.ensure(TIME_OF_PAGE);
            AggregateState last = page.isEmpty() ? null : page.getLast();
            page = aggregates.readPageOfUser(user, last, PAGE_SIZE);
            writePage(page, last == null, out);
        } while (page.size() == PAGE_SIZE);
    }

    private void writePage(List<?> page, boolean first, OutputStream out) throws IOException {
        boolean separate = !first;
        for (Object item : page) {
            if (separate) {
                out.write(',');
            }
            out.write(json.writeValueAsBytes(item));
            separate = true;
        }
        if (page.isEmpty()) {
            // The white space shows the client that the connection works while the next page is read.
            out.write(' ');
        }
        out.flush();
    }

    private static void print(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
