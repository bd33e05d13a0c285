package dev.studybuddy.api.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.SubjectsContribution;
import dev.studybuddy.readmodel.Sums;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.bson.BsonBinaryWriter;
import org.bson.Document;
import org.bson.codecs.DocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.junit.jupiter.api.Test;

class SubjectLimitTest {

    private static final int MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

    /** A character outside the Basic Multilingual Plane has four bytes, more than an escaped one. */
    private static final int FIRST_LONG_CHARACTER = 0x1F300;

    @Test
    void theRollupOfAUserWithTheMostSubjectsFitsIntoADocument() {
        String user = UUID.randomUUID().toString();
        Sums sums = new Sums();
        for (int number = 0; number < OwnerCheck.MAX_SUBJECTS_EVER_USED; number++) {
            String subject = Character.toString(FIRST_LONG_CHARACTER).repeat(56) + number;
            for (Difficulty difficulty : Difficulty.values()) {
                SubjectsContribution.add(sums, completedTodo(user, subject, difficulty), 1);
            }
        }
        RollupKey key = RollupKey.ofUser(Periods.ALL, user);

        assertThat(sizeBytes(ReadModelFixture.rollupOf(key, sums.of(key)))).isLessThan(MAX_DOCUMENT_BYTES / 2);
    }

    private static TodoState completedTodo(String user, String subject, Difficulty difficulty) {
        Instant at = Instant.parse("2026-11-28T10:00:00Z");
        return new TodoState(
                UUID.randomUUID().toString(),
                user,
                "read",
                subject,
                difficulty,
                10,
                5,
                true,
                at,
                LocalDate.of(2026, 11, 28),
                null,
                1,
                at,
                at);
    }

    private static int sizeBytes(Document document) {
        BasicOutputBuffer buffer = new BasicOutputBuffer();
        new DocumentCodec()
                .encode(
                        new BsonBinaryWriter(buffer),
                        document,
                        EncoderContext.builder().build());
        return buffer.size();
    }
}
