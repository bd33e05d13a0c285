package dev.studybuddy.api.operations.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/** This fixture creates a person with todos. It applies their events to the read model in place of the projector. */
abstract class ErasureFixture extends ApiWithReadModel {

    final UUID id = UUID.randomUUID();

    @Override
    protected Map<String, String> settings() {
        return Map.of("spring.kafka.bootstrap-servers", "127.0.0.1:1", "studybuddy.erasure.interval", "500ms");
    }

    Client createUser() {
        Client user = api.as(id, "user");
        assertThat(user.post(
                                "/api/users",
                                "{\"email\": \"ernestine@vanishing.example\", \"name\": \"Ernestine Vanishing\","
                                        + " \"username\": \"ernestine_v\","
                                        + " \"avatar\": \"https://vanishing.example/face.png\"}",
                                "Idempotency-Key",
                                "first")
                        .status())
                .isEqualTo(201);
        return user;
    }

    static String createTodo(Client user, String title) {
        return user.post(
                        "/api/todos",
                        "{\"title\": \"" + title + "\", \"subject\": \"Math\", \"difficulty\": \"hard\","
                                + " \"questionsTarget\": 3}",
                        "Idempotency-Key",
                        title)
                .text("/id");
    }

    /** Applies the newest event of each aggregate in the outbox, unless its mirror already shows a deletion. */
    void projectAll() {
        databases
                .jdbc()
                .sql("""
                        SELECT DISTINCT ON (aggregate_id) aggregate_type, CAST(payload AS TEXT) AS payload FROM outbox
                        ORDER BY aggregate_id, aggregate_version DESC""")
                .query((row, number) -> {
                    AggregateType type = AggregateType.ofCode(row.getString("aggregate_type"))
                            .orElseThrow();
                    AggregateState state =
                            EventJson.read(type, row.getString("payload").getBytes(StandardCharsets.UTF_8));
                    Document deleted = new Document("_id", state.id()).append("deleted", true);
                    if (model.mirrors(type).find(deleted).first() == null) {
                        model.apply(type, state);
                    }
                    return type;
                })
                .list();
    }

    void processAll() {
        databases
                .jdbc()
                .sql("UPDATE outbox SET processed = true, processed_at = now() WHERE processed = false")
                .update();
    }

    void storeDeadLetter(String letterId, String aggregateId, String value) {
        storeDeadLetter(letterId, aggregateId, bytes(value), null);
    }

    void storeDeadLetterWithoutValue(String letterId, String aggregateId, long valueBytes) {
        storeDeadLetter(letterId, aggregateId, null, valueBytes);
    }

    private void storeDeadLetter(
            String letterId, String aggregateId, @Nullable Binary value, @Nullable Long omittedValueBytes) {
        Instant now = Instant.now();
        DeadLetter letter = new DeadLetter(
                letterId,
                DeadLetter.State.OPEN,
                "studybuddy.todo.v1",
                3,
                7,
                now,
                bytes(aggregateId),
                value,
                List.of(new DeadLetter.Header("title", bytes("Secret five"))),
                "invalid",
                "The title Secret four is not valid.",
                0,
                "todo.updated",
                3L,
                now,
                now,
                omittedValueBytes);
        model.database()
                .getCollection(Names.DEAD_LETTERS)
                .insertOne(letter.toDocument().append(DeadLetter.COPIED, false));
    }

    private static Binary bytes(String text) {
        return new Binary(text.getBytes(StandardCharsets.UTF_8));
    }

    void awaitEvents(String aggregateId, String type) {
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> count("outbox WHERE aggregate_id = '" + aggregateId + "' AND event_type = '" + type + "'")
                        == 1);
    }
}
