package dev.studybuddy.api.operations.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mongodb.MongoTimeoutException;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.mongo.ReadCollection;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DocumentGroupsTest {

    private static final Duration TIME_OF_A_READ = Duration.ofMillis(100);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger reads = new AtomicInteger();
    private final DocumentGroups groups = new DocumentGroups(ReadCollection.withoutSession(collection()));

    @AfterEach
    void endRequest() {
        Deadline.end();
    }

    @Test
    void theReadsOfAllGroupsEndByTheDeadlineOfTheRequest() {
        Deadline.begin(Duration.ofMillis(2_700), nanos::get);

        assertThatExceptionOfType(MongoTimeoutException.class).isThrownBy(groups::find);

        assertThat(reads).hasValue(27);
    }

    @Test
    void aListHasAtMostTwoHundredGroups() {
        Deadline.begin(Duration.ofHours(1), nanos::get);

        assertThat(groups.find()).hasSize(200);
    }

    /** Each read of this collection takes {@link #TIME_OF_A_READ}, and each search finds a further group. */
    @SuppressWarnings("unchecked")
    private MongoCollection<Document> collection() {
        return (MongoCollection<Document>) fake(
                MongoCollection.class, (proxy, method, arguments) -> switch (method.getName()) {
                    case "getTimeout" -> 1_000L;
                    case "withTimeout" -> proxy;
                    case "countDocuments" -> {
                        read();
                        yield 1L;
                    }
                    case "find" ->
                        fake(
                                FindIterable.class,
                                (found, call, given) -> call.getName().equals("first") ? read() : found);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private Document read() {
        nanos.addAndGet(TIME_OF_A_READ.toNanos());
        int number = reads.incrementAndGet();
        return new Document("_id", "id-" + number)
                .append("topic", "studybuddy.todo.v1")
                .append("reason", "reason-" + number)
                .append("firstAt", Date.from(Instant.EPOCH));
    }

    private static Object fake(Class<?> type, InvocationHandler handler) {
        return Proxy.newProxyInstance(DocumentGroupsTest.class.getClassLoader(), new Class<?>[] {type}, handler);
    }
}
