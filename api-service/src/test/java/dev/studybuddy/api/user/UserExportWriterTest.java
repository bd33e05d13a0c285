package dev.studybuddy.api.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.TodoState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class UserExportWriterTest {

    private static final Duration MAX_DURATION = Duration.ofSeconds(10);
    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
    private static final User USER =
            new User(UUID.randomUUID(), "a@example.org", "Ada", null, null, "UTC", true, 1, NOW, NOW);

    private final JsonMapper json = new JsonMapper();
    private final AtomicInteger reads = new AtomicInteger();
    private int todos = 450;
    private final AtomicLong nanos = new AtomicLong();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Test
    void anExportOfSeveralPagesIsComplete() throws IOException {
        export().write(USER, written);

        JsonNode exported = json.readTree(written.toByteArray());
        assertThat(exported.path("subjects").toString()).isEqualTo("[\"Math\"]");
        assertThat(exported.path("todos"))
                .extracting(todo -> todo.path("title").asString())
                .doesNotHaveDuplicates()
                .hasSize(todos);
        assertThat(exported.path("complete").booleanValue()).isTrue();
    }

    @Test
    void theClientReceivesBytesBeforeTheFirstPageAndAfterEachPage() throws IOException {
        todos = 400;
        List<Integer> readsAtFlush = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>(List.of(0));
        OutputStream client = new OutputStream() {
            @Override
            public void write(int value) {
                written.write(value);
            }

            @Override
            public void flush() {
                readsAtFlush.add(reads.get());
                sizes.add(written.size());
            }
        };

        export().write(USER, client);

        // The first read is that of the subjects, and the third page of todos is empty.
        assertThat(readsAtFlush).containsExactly(0, 1, 2, 3, 4, 4);
        assertThat(sizes).doesNotHaveDuplicates();
        assertThat(json.readTree(written.toByteArray()).path("todos")).hasSize(todos);
    }

    @Test
    void anExportToASlowClientEndsAfterItsLongestDuration() {
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int value) {
                written.write(value);
            }

            @Override
            public void flush() {
                nanos.addAndGet(Duration.ofSeconds(4).toNanos());
            }
        };

        assertThatThrownBy(() -> export().write(USER, slow)).isInstanceOf(ExportTimeoutException.class);

        assertThat(written.toString(StandardCharsets.UTF_8))
                .contains("\"title\":\"0\"")
                .doesNotContain("complete\":true");
    }

    private UserExportWriter export() {
        return new UserExportWriter(
                new SubjectTable(subjects()),
                List.of(new Todos()),
                json,
                nanos::get,
                new ExportProperties(1, MAX_DURATION));
    }

    /** Returns a client whose only statement returns one subject. */
    private JdbcClient subjects() {
        InvocationHandler statement = (proxy, method, arguments) -> switch (method.getName()) {
            case "param" -> proxy;
            case "query" ->
                fake(JdbcClient.MappedQuerySpec.class, (query, list, none) -> {
                    reads.incrementAndGet();
                    return List.of("Math");
                });
            default -> throw new UnsupportedOperationException(method.getName());
        };
        return fake(JdbcClient.class, (proxy, method, arguments) -> fake(JdbcClient.StatementSpec.class, statement));
    }

    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(UserExportWriterTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private final class Todos implements OwnedAggregates {

        @Override
        public AggregateType type() {
            return AggregateType.TODO;
        }

        @Override
        public List<AggregateState> readPageOfUser(UUID user, @Nullable AggregateState after, int limit) {
            reads.incrementAndGet();
            int first = after instanceof TodoState last ? Integer.parseInt(last.title()) + 1 : 0;
            return IntStream.range(first, Math.min(todos, first + limit))
                    .<AggregateState>mapToObj(Todos::todo)
                    .toList();
        }

        @Override
        public List<AggregateState> renameSubject(UUID user, String from, String to, Instant now, int limit) {
            throw new UnsupportedOperationException();
        }

        private static TodoState todo(int number) {
            String id = new UUID(0, number).toString();
            return new TodoState(
                    id,
                    USER.id().toString(),
                    String.valueOf(number),
                    "Math",
                    Difficulty.EASY,
                    1,
                    0,
                    false,
                    null,
                    null,
                    null,
                    1,
                    NOW,
                    NOW);
        }
    }
}
