package dev.studybuddy.api.sse;

import dev.studybuddy.api.http.Problem;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Holds the open streams of one kind by their caller. It limits their total number and the number of each caller. The
 * class is thread-safe.
 *
 * @param <S> the source of a stream
 */
public final class OpenStreams<S> {

    private final int max;
    private final int maxPerCaller;
    private final Map<UUID, List<S>> byCaller = new ConcurrentHashMap<>();
    private int count;
    private boolean accepting;

    /**
     * Creates the holder, which accepts no stream before its start.
     *
     * @param max the largest number of open streams
     * @param maxPerCaller the largest number of open streams of one caller
     */
    public OpenStreams(int max, int maxPerCaller) {
        this.max = max;
        this.maxPerCaller = maxPerCaller;
    }

    /** Accepts streams from now on. */
    public synchronized void start() {
        accepting = true;
    }

    /** Accepts no further stream. The open ones stay until they are removed. */
    public synchronized void stop() {
        accepting = false;
    }

    /** Returns whether streams are accepted. */
    public synchronized boolean isAccepting() {
        return accepting;
    }

    /**
     * Adds a stream of a caller.
     *
     * @throws dev.studybuddy.api.http.ProblemException 503 if too many streams are open, or if the service stops
     */
    public synchronized void add(UUID caller, S stream) {
        if (!accepting || count >= max || of(caller).size() >= maxPerCaller) {
            throw Problem.unavailable(
                            "too-many-streams",
                            "Too many streams are open, or the service stops. Retry this request later.")
                    .toException();
        }
        count++;
        byCaller.computeIfAbsent(caller, any -> new CopyOnWriteArrayList<>()).add(stream);
    }

    /** Removes a stream of a caller. It changes nothing if the stream was removed before. */
    public synchronized void remove(UUID caller, S stream) {
        byCaller.computeIfPresent(caller, (any, ofCaller) -> {
            if (ofCaller.remove(stream)) {
                count--;
            }
            return ofCaller.isEmpty() ? null : ofCaller;
        });
    }

    /** Returns the open streams of a caller. The list may change while the caller opens or closes streams. */
    public List<S> of(UUID caller) {
        return byCaller.getOrDefault(caller, List.of());
    }

    /** Returns whether no stream is open. */
    public boolean isEmpty() {
        return byCaller.isEmpty();
    }

    /** Passes each open stream to an action. */
    public void forEach(Consumer<S> action) {
        byCaller.values().forEach(ofCaller -> ofCaller.forEach(action));
    }
}
