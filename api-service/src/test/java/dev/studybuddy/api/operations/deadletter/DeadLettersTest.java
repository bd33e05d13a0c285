package dev.studybuddy.api.operations.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCursor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.Test;

class DeadLettersTest {

    private static final int LIMIT = 5;
    private static final int VALUE_BYTES = 4_000;
    private static final int LARGE_VALUE_BYTES = 4 << 20;

    private final List<Integer> batchSizes = new ArrayList<>();
    private final List<Document> read = new ArrayList<>();

    /** The value of a dead letter may have several megabytes. */
    @Test
    void aListHoldsThePreviewOfAValueBeforeItReadsTheNextOne() {
        DeadLetters.DocumentPage found = DeadLetters.firstOf(documents(VALUE_BYTES), LIMIT);

        assertThat(found.more()).isFalse();
        assertThat(found.deadLetters())
                .hasSize(LIMIT)
                .allSatisfy(view -> assertThat(view.preview()).hasSize(1_024));
        assertThat(batchSizes).containsExactly(8);
    }

    /** The next document can be in a further batch of up to 16 MB. */
    @Test
    void aListThatHasEnoughBytesReadsNoFurtherDocument() {
        DeadLetters.DocumentPage found = DeadLetters.firstOf(documents(LARGE_VALUE_BYTES), LIMIT);

        assertThat(found.more()).isTrue();
        assertThat(found.deadLetters()).hasSize(2);
        assertThat(read).hasSize(2);
    }

    /** Returns documents, each of which loses its value when the next one is read. */
    @SuppressWarnings("unchecked")
    private FindIterable<Document> documents(int valueBytes) {
        return (FindIterable<Document>) fake(
                FindIterable.class, (proxy, method, arguments) -> switch (method.getName()) {
                    case "sort", "limit" -> proxy;
                    case "batchSize" -> {
                        batchSizes.add((Integer) arguments[0]);
                        yield proxy;
                    }
                    case "iterator" ->
                        fake(
                                MongoCursor.class,
                                (cursor, call, given) -> call.getName().equals("next")
                                        ? next(valueBytes)
                                        : (Object) (read.size() < LIMIT));
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private Document next(int valueBytes) {
        read.forEach(earlier -> earlier.remove("value"));
        Document document =
                new Document("_id", "topic-0-" + read.size()).append("value", new Binary(new byte[valueBytes]));
        read.add(document);
        return document;
    }

    private static Object fake(Class<?> type, InvocationHandler handler) {
        return Proxy.newProxyInstance(DeadLettersTest.class.getClassLoader(), new Class<?>[] {type}, handler);
    }
}
