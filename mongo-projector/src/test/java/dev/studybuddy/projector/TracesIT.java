package dev.studybuddy.projector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/**
 * This test covers the last part of a trace, from the record to MongoDB. Tests of api-service and outbox-publisher show
 * that a request's trace is written into the outbox and from there into the record. An end-to-end test shows the whole
 * trace.
 */
class TracesIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String REQUEST = "b7ad6b7169203331";

    private final String prefix = TestServers.newTopicPrefix();
    private final HistoryGenerator generator = new HistoryGenerator(3);

    /** This exporter collects the exported spans. */
    static final class Spans implements SpanExporter {

        private final Queue<SpanData> exported = new ConcurrentLinkedQueue<>();

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            exported.addAll(spans);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }

        List<SpanData> topicSpans() {
            return exported.stream()
                    .filter(span -> span.getName().startsWith("project "))
                    .toList();
        }
    }

    @Test
    void theTraceOfARequestContinuesToTheMongoDbWrite() throws Exception {
        String bootstrap = TestServers.kafkaBootstrapServers();
        try (TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri());
                TestTopicWriter topics = new TestTopicWriter(bootstrap, prefix)) {
            topics.createAll(Map.of());
            try (RunningProjector projector =
                    new RunningProjector(bootstrap, mongo.uri(), prefix, Map.of(), Spans.class)) {
                Spans spans = projector.bean(Spans.class);
                TodoState todo = generator.todo("todo-1", "user-1", 1);
                topics.send(traced(topics, todo, "00-" + TRACE + '-' + REQUEST + "-01"));
                topics.send(
                        traced(topics, generator.todo("todo-2", "user-1", 1), "00-" + TRACE + '-' + REQUEST + "-00"));
                topics.send(traced(topics, generator.todo("todo-3", "user-1", 1), "not a traceparent"));
                topics.send(generator.todo("todo-4", "user-1", 1));
                topics.flush();

                await().atMost(TIMEOUT).until(() -> spans.topicSpans().size() >= 2);
                Document mirror = client.getDatabase(mongo.databaseName())
                        .getCollection("todos_g1")
                        .find(new Document("_id", todo.id()))
                        .first();
                await().atMost(TIMEOUT)
                        .until(() -> client.getDatabase(mongo.databaseName())
                                        .getCollection("todos_g1")
                                        .countDocuments()
                                == 4);
                assertThat(mirror).isNotNull();
                // Each read model exports one span for the sampled record, and none for records without a sampled
                // trace.
                assertThat(spans.topicSpans()).hasSize(2).allSatisfy(span -> {
                    assertThat(span.getTraceId()).isEqualTo(TRACE);
                    assertThat(span.getParentSpanId()).isEqualTo(REQUEST);
                    assertThat(span.getAttributes().get(AttributeKey.stringKey("db.system.name")))
                            .isEqualTo("mongodb");
                });
                assertThat(spans.topicSpans())
                        .extracting(span -> span.getAttributes().get(AttributeKey.stringKey("studybuddy.generation")))
                        .containsExactlyInAnyOrder("study-g1", "subjects-g1");
            }
        }
    }

    private static ProducerRecord<byte[], byte[]> traced(TestTopicWriter topics, TodoState todo, String parent) {
        var record =
                topics.record(AggregateType.TODO, todo, EventJson.write(todo).getBytes(UTF_8));
        record.headers().add(EventHeaders.TRACE_PARENT, parent.getBytes(UTF_8));
        return record;
    }
}
