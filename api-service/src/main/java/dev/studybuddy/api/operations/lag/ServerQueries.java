package dev.studybuddy.api.operations.lag;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs queries of servers in parallel. A query that fails has no value. */
final class ServerQueries implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerQueries.class);

    private final ExecutorService executor = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("query-", 0).factory());

    /**
     * Starts a query in a thread of its own.
     *
     * @param server the name of the server, which log lines show
     */
    <T> CompletableFuture<T> start(String server, Supplier<T> query) {
        return CompletableFuture.supplyAsync(query, executor).whenComplete((answer, failed) -> {
            if (failed != null) {
                LOG.atDebug()
                        .addKeyValue("server", server)
                        .addKeyValue("error", failed.toString())
                        .log("A server did not answer a query; its values are unknown in this sample, and"
                                + " the next sample queries it again");
            }
        });
    }

    /** Waits until a query completes or fails, and returns whether it did so in time. */
    static boolean awaitCompletion(CompletableFuture<?> future, Duration timeout) {
        return future.<Boolean>handle((answer, failed) -> true)
                .completeOnTimeout(false, timeout.toNanos(), TimeUnit.NANOSECONDS)
                .join();
    }

    static boolean succeeded(CompletableFuture<?> future) {
        return future.isDone() && !future.isCompletedExceptionally();
    }

    /** Returns the value of a query; empty if the query has not completed, has failed or has no value. */
    static <T> Optional<T> value(CompletableFuture<T> future) {
        return succeeded(future) ? Optional.ofNullable(future.getNow(null)) : Optional.empty();
    }

    /** Interrupts the running queries. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
