package dev.studybuddy.projector.trace;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchSpansTest {

    private static final int TASKS = 4;
    private static final int BATCHES = 200_000;

    @Test
    void manyThreadsMayEndTheSharedEmptySpansAtOnce() throws InterruptedException {
        Callable<Void> task = () -> {
            for (int batch = 0; batch < BATCHES; batch++) {
                try (BatchSpans spans = BatchSpans.NONE) {
                    spans.endBefore(batch);
                }
            }
            return null;
        };
        try (ExecutorService workers = Executors.newFixedThreadPool(TASKS)) {
            List<Future<Void>> results = workers.invokeAll(
                    IntStream.range(0, TASKS).mapToObj(n -> task).toList());
            assertThatCode(() -> {
                        for (Future<Void> one : results) {
                            one.get();
                        }
                    })
                    .doesNotThrowAnyException();
        }
    }
}
