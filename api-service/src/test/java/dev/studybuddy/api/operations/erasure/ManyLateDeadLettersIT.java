package dev.studybuddy.api.operations.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.Test;

/** This test erases late dead letters of deleted users among many dead letters of another application. */
class ManyLateDeadLettersIT extends ApiWithReadModel {

    private static final int OTHERS = 5_000;
    private static final int LATE = 20;

    @Test
    void oneErasureFindsAllLateDeadLettersAmongManyOthers() {
        List<Document> letters = new ArrayList<>(IntStream.range(0, OTHERS)
                .mapToObj(number -> new Document("_id", "other-" + number).append("key", foreignKey()))
                .toList());
        for (int number = 0; number < LATE; number++) {
            UUID user = UUID.randomUUID();
            databases
                    .jdbc()
                    .sql("INSERT INTO deleted_users (id) VALUES (?)")
                    .param(user)
                    .update();
            letters.add(lateLetter("late-" + number, user));
        }
        model.database().getCollection(Names.DEAD_LETTERS).insertMany(letters);
        assertThat(notErased()).isEqualTo(LATE);
        UUID job = UUID.randomUUID();

        api.bean(Jobs.class).submitOnce(job, ErasureJob.KIND, "", Map.of());

        Awaitility.await().atMost(TIMEOUT).until(() -> count("jobs WHERE id = '" + job + "' AND state = 'done'") == 1);
        assertThat(notErased()).isZero();
    }

    /** Returns a random key that has the length of an id but is no id. */
    private static Binary foreignKey() {
        return bytes(UUID.randomUUID().toString().substring(1) + 'x');
    }

    private static Document lateLetter(String id, UUID user) {
        Instant now = Instant.now();
        return new DeadLetter(
                        id,
                        DeadLetter.State.OPEN,
                        "studybuddy.user.v1",
                        3,
                        7,
                        now,
                        bytes(user.toString()),
                        bytes("{}"),
                        List.of(),
                        "invalid",
                        "The name is not valid.",
                        0,
                        "user.updated",
                        3L,
                        now,
                        now,
                        null)
                .toDocument()
                .append(DeadLetter.COPIED, false);
    }

    private long notErased() {
        return IntStream.range(0, LATE)
                .mapToObj(number -> model.database()
                        .getCollection(Names.DEAD_LETTERS)
                        .find(new Document("_id", "late-" + number))
                        .first())
                .filter(letter -> !DeadLetter.of(letter).isErased())
                .count();
    }

    private static Binary bytes(String text) {
        return new Binary(text.getBytes(StandardCharsets.UTF_8));
    }
}
