package dev.studybuddy.projector.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.projector.decode.DecodingRules;
import dev.studybuddy.projector.decode.RecordDecoder;
import dev.studybuddy.readmodel.MirrorDocuments;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.bson.Document;
import org.bson.codecs.DocumentCodec;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decodes and plans random damaged records. Each of them ends as an event or as a dead letter. From version 2 of a
 * projection on, a mirror holds exactly the state from which the sums are computed.
 */
class UnusualRecordsTest {

    private static final int RECORDS = 30_000;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String ID = "3c5b6f7a-8a5e-4a3a-8a43-1f3f6b1a9c10";
    private static final String TODO = """
            {"id":"%ID%","userId":"%ID%","title":"Read","subject":"Math","difficulty":"easy",\
            "questionsTarget":10,"questionsCompleted":3,"completed":true,"completedAt":"2026-11-20T10:00:00.000000Z",\
            "completedOn":"2026-11-20","scheduledFor":null,"version":3,"createdAt":"2026-11-20T10:00:00.000000Z",\
            "updatedAt":"2026-11-20T10:00:00.000000Z"}""".replace("%ID%", ID);

    private static final List<String> ODD_TEXTS = List.of(
            "",
            " ",
            "\0",
            "a.b",
            "$where",
            "_id",
            "*",
            "\ud800",
            "𝔘",
            "x".repeat(5_000),
            "Mars/Base",
            "null",
            "-0",
            "1e9",
            "0001-01-01T00:00:00Z",
            "+1000000000-12-31T23:59:59.999999999Z",
            "2026-02-30",
            "1-1-1-1-1",
            "hard",
            "{");

    private final RecordDecoder first = decoder(DecodingRules.FIRST_RELEASE);
    private final RecordDecoder second = decoder(DecodingRules.SCHEMA_CHECKED);

    @Test
    void everyDamagedRecordEndsAsAnEventOrAsADeadLetter() {
        long seed = 20_261_128;
        Random random = new Random(seed);
        int events = 0;
        int deadLetters = 0;
        for (int n = 0; n < RECORDS; n++) {
            ConsumerRecord<byte[], byte[]> record = damagedRecord(random);
            for (RecordDecoder decoder : List.of(first, second)) {
                DecodedRecord decoded = decoder.decode(record);
                Plan plan = plan(decoded);
                assertThat(plan.mirrors().size() + plan.deadLetters().size())
                        .as("record %s of seed %s", n, seed)
                        .isEqualTo(1);
                events += plan.mirrors().size();
                deadLetters += plan.deadLetters().size();
                if (decoder == second && decoded instanceof DecodedRecord.Event event) {
                    assertMirrorHoldsTheState(event, plan);
                }
            }
        }
        assertThat(events).isGreaterThan(RECORDS / 10);
        assertThat(deadLetters).isGreaterThan(RECORDS / 10);
    }

    @Test
    void anUnpairedSurrogateIsADeadLetterIfASumWouldContainIt() {
        for (RecordDecoder decoder : List.of(first, second)) {
            assertThat(plan(decoder.decode(todoWith("subject", "\ud800"))).deadLetters())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter)
                            .containsEntry("reason", PlanFailure.CONTRIBUTION_FAILED)
                            .containsEntry("detail", "the path or the id of a rollup contains an unpaired surrogate"));
            assertThat(plan(decoder.decode(todoWith("subject", "Math\udc00"))).deadLetters())
                    .hasSize(1);
            assertThat(plan(decoder.decode(todoWith("subject", "𝔘"))).rollups())
                    .isNotEmpty();
            assertThat(plan(decoder.decode(todoWith("title", "\ud800"))).mirrors())
                    .hasSize(1);
        }
        assertThat(plan(first.decode(todoWith("userId", "\ud800"))).deadLetters())
                .hasSize(1);
    }

    private static ConsumerRecord<byte[], byte[]> todoWith(String field, String text) {
        ObjectNode value = (ObjectNode) EventJson.tree(TODO.getBytes(UTF_8));
        value.put(field, text);
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("t", 0, 7, ID.getBytes(UTF_8), toJson(value));
        headers().forEach((name, header) -> record.headers().add(name, header.getBytes(UTF_8)));
        return record;
    }

    /** Returns the bytes of a value. JSON escapes a surrogate without its pair, because UTF-8 does not encode it. */
    private static byte[] toJson(ObjectNode value) {
        return value.toString()
                .replaceAll("[\ud800-\udbff](?![\udc00-\udfff])", "\\\\ud800")
                .replaceAll("(?<![\ud800-\udbff])[\udc00-\udfff]", "\\\\udc00")
                .getBytes(UTF_8);
    }

    /** Plans a record, and passes the plan through the form in which a journal stores it. */
    private static Plan plan(DecodedRecord decoded) {
        PlanBuilder builder = new BatchPlanner(new StudyWithAggregateSums(), Clock.systemUTC()).begin();
        Map<String, Supplier<MirrorState>> mirrors = new HashMap<>();
        if (decoded instanceof DecodedRecord.Event event) {
            mirrors.put(event.state().id(), () -> MirrorState.ABSENT);
        }
        assertThat(builder.add(decoded, mirrors)).isTrue();
        return PlanCodec.decode(PlanCodec.encode(builder.build()));
    }

    private static void assertMirrorHoldsTheState(DecodedRecord.Event event, Plan plan) {
        // MongoDB replaces a surrogate without its pair in a text that no sum contains, such as a title.
        boolean replaced = !UTF_8.newEncoder().canEncode(String.valueOf(event.state()));
        if (event.state() instanceof DeletedState || plan.mirrors().isEmpty() || replaced) {
            return;
        }
        Document mirror = plan.mirrors().getFirst().document().decode(new DocumentCodec());
        assertThat(MirrorDocuments.toState(AggregateType.TODO, mirror)).isEqualTo(event.state());
        assertThat(mirror.get("title")).isInstanceOf(String.class);
    }

    private static ConsumerRecord<byte[], byte[]> damagedRecord(Random random) {
        ObjectNode value = (ObjectNode) EventJson.tree(TODO.getBytes(UTF_8));
        List<String> names = List.copyOf(value.propertyNames());
        for (int change = random.nextInt(3); change > 0; change--) {
            String name = random.nextBoolean()
                    ? names.get(random.nextInt(names.size()))
                    : ODD_TEXTS.get(random.nextInt(ODD_TEXTS.size()));
            if (random.nextInt(6) == 0) {
                value.remove(name);
            } else {
                value.set(name, oddValue(random, 0));
            }
        }
        byte[] bytes = toJson(value);
        for (int change = random.nextInt(8) - 6; change > 0; change--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("t", 0, 7, ID.getBytes(UTF_8), bytes);
        headers().forEach((name, text) -> {
            if (random.nextInt(200) > 0) {
                byte[] odd = ODD_TEXTS.get(random.nextInt(ODD_TEXTS.size())).getBytes(UTF_8);
                record.headers().add(name, random.nextInt(200) > 0 ? text.getBytes(UTF_8) : odd);
            }
        });
        return record;
    }

    private static JsonNode oddValue(Random random, int depth) {
        return switch (random.nextInt(depth > 40 ? 7 : 10)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> JSON.numberNode(random.nextInt());
            case 3 -> JSON.numberNode(random.nextLong());
            case 4 -> JSON.numberNode(new BigInteger(200, random));
            case 5 -> JSON.numberNode(Double.longBitsToDouble(random.nextLong() & 0x7fe0_0000_0000_0000L));
            case 6 -> JSON.stringNode(ODD_TEXTS.get(random.nextInt(ODD_TEXTS.size())));
            case 7 ->
                JSON.stringNode(UUID.nameUUIDFromBytes(new byte[] {(byte) random.nextInt(3)})
                        .toString());
            case 8 -> JSON.arrayNode().add(oddValue(random, depth + 1)).add(oddValue(random, depth + 1));
            default ->
                JSON.objectNode().set(ODD_TEXTS.get(random.nextInt(ODD_TEXTS.size())), oddValue(random, depth + 1));
        };
    }

    private static Map<String, String> headers() {
        return Map.of(
                EventHeaders.SPEC_VERSION, "1.0",
                EventHeaders.ID, "1",
                EventHeaders.TYPE, "todo.updated",
                EventHeaders.SOURCE, "/test",
                EventHeaders.TIME, EventJson.text(Instant.EPOCH.plusSeconds(1_790_000_000)),
                EventHeaders.SUBJECT, ID,
                EventHeaders.CONTENT_TYPE, "application/json",
                EventHeaders.AGGREGATE_TYPE, "todo",
                EventHeaders.AGGREGATE_VERSION, "3",
                EventHeaders.SCHEMA_VERSION, "1");
    }

    private static RecordDecoder decoder(DecodingRules rules) {
        return new RecordDecoder(AggregateType.TODO, SchemaUpcaster.PRESENT, rules, "id", Clock.systemUTC());
    }
}
