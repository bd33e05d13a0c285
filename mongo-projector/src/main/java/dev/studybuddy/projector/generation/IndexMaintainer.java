package dev.studybuddy.projector.generation;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.background.Loop;
import dev.studybuddy.projector.BackgroundWork;
import dev.studybuddy.readmodel.ReadModel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Creates the missing indexes of generations that are served already. MongoDB may need minutes for an index of a large
 * collection, which is longer than the driver waits for an answer. An index that conflicts with an existing one waits
 * until an operator drops the other. Therefore a separate loop requests each index until it exists.
 */
@Component
final class IndexMaintainer implements BackgroundWork {

    private static final Logger log = LoggerFactory.getLogger(IndexMaintainer.class);
    private static final Duration IDLE_WAIT = Duration.ofHours(1);
    private static final Duration MAX_RETRY_WAIT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);
    private static final Backoff RETRY = Backoff.between(Duration.ofSeconds(1), MAX_RETRY_WAIT);

    private final IndexCreator indexes;
    private final IndexDifferences differences;
    private final Map<RequestedIndexes, ReadModel> requests = new ConcurrentHashMap<>();
    private final Loop loop = new Loop("generation-indexes", this::createAll, RETRY);

    private record RequestedIndexes(String model, int generation) {}

    IndexMaintainer(IndexCreator indexes, IndexDifferences differences) {
        this.indexes = indexes;
        this.differences = differences;
    }

    /** Requests the indexes of a generation. It does not wait for them. */
    void request(ReadModel model, int generation) {
        requests.put(new RequestedIndexes(model.name(), generation), model);
        loop.wake();
    }

    /** Cancels the request for the indexes of a generation, because this instance no longer serves it. */
    void cancel(String model, int generation) {
        requests.remove(new RequestedIndexes(model, generation));
    }

    private long createAll() {
        RuntimeException failure = null;
        for (Map.Entry<RequestedIndexes, ReadModel> request : requests.entrySet()) {
            try {
                create(request.getKey(), request.getValue());
            } catch (RuntimeException failed) {
                // A failure for one generation does not delay the indexes of the others.
                failure = failed;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return (requests.isEmpty() ? IDLE_WAIT : MAX_RETRY_WAIT).toNanos();
    }

    /** Creates the indexes of a request, and ends the request if all of them exist. */
    private void create(RequestedIndexes requested, ReadModel model) {
        boolean allExist = false;
        try {
            allExist = indexes.createAll(model, requested.generation());
        } finally {
            // If the request was cancelled during the attempt, no later attempt would remove its differences.
            boolean continues = allExist ? requests.remove(requested, model) : requests.containsKey(requested);
            if (!continues) {
                differences.clear(requested.model(), requested.generation());
            }
        }
        if (allExist) {
            log.atDebug()
                    .addKeyValue("model", requested.model())
                    .addKeyValue("generation", requested.generation())
                    .log("The indexes of a generation exist");
        }
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public Duration stopTimeout() {
        return STOP_TIMEOUT;
    }
}
