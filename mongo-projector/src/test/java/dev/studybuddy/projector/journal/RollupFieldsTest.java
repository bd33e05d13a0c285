package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.studybuddy.readmodel.RollupKey;
import java.lang.management.ManagementFactory;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollupFieldsTest {

    private static final int ROLLUPS = 20_000;

    @ParameterizedTest
    @CsvSource({
        "all:anna, user, all, userId, anna, true",
        "all:*, user, all, userId, *, true",
        "all:*:Math, user, all, userId, *:Math, true",
        "all:*:Math, subject, all, subject, Math, true",
        "all:*:a%2Eb, subject, all, subject, a.b, true",
        "all:anna, user, all, userId, bea, false",
        "all:anna, user, all, userId, nna, false",
        "all:anna, user, al, userId, anna, false",
        "all:anna, user, other, userId, anna, false",
        "all:anna, user, all, subject, anna, false",
        "all:anna, subject, all, subject, anna, false",
        "all:*:Math, subject, all, subject, Biology, false",
        "all:anna, room, all, userId, anna, false",
        "other, user, all, userId, anna, false"
    })
    void onlyFieldsThatTheIdContainsAreOmitted(
            String id, String kind, String period, String name, String value, boolean omitted) {
        Document fields = new Document("kind", kind).append("period", period).append(name, value);

        assertRestored(id, fields, omitted);
    }

    @Test
    void theFieldsOfAllUsersAreOmittedUnlessThereAreMore() {
        Document fields = RollupFields.of(RollupKey.ofAllUsers("all"));
        assertRestored("all:*", fields, true);

        assertRestored("all:*", fields.append("more", 1), false);
    }

    private static void assertRestored(String id, Document fields, boolean omitted) {
        PlanOutput output = new PlanOutput();
        RollupFields.write(output, id, fields);
        assertThat(output.toBuffer().remaining() == 1).isEqualTo(omitted);
        output.writeText("more of the plan");

        assertThat(RollupFields.read(new PlanInput(output.toBuffer()), id)).isEqualTo(fields);
    }

    /** A batch writes thousands of rollups, and a document for each comparison would cost more than the encoding. */
    @Test
    void writingTheFieldsOfARollupAllocatesFewBytes() {
        RollupKey key = RollupKey.ofUser("2026-11-23", "0b6f7a52-6d53-4d5c-9a57-2f6d6f0c1a11");
        Document fields = RollupFields.of(key);
        String id = key.id();
        PlanOutput output = new PlanOutput();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        RollupFields.write(output, id, fields);

        long before = threads.getThreadAllocatedBytes(thread);
        for (int n = 0; n < ROLLUPS; n++) {
            RollupFields.write(output, id, fields);
        }

        assertThat((threads.getThreadAllocatedBytes(thread) - before) / ROLLUPS).isLessThan(100);
    }
}
