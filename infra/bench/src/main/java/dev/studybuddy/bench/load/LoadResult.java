package dev.studybuddy.bench.load;

import java.util.Map;

/**
 * How a load went.
 *
 * @param acknowledged measured writes that got a 2xx
 * @param seconds how long they took together
 * @param latency of a write: from when it was due (with a rate) or sent, until the answer
 * @param lag from a write's answer until its mirror shows it; of sampled writes
 * @param lagGivenUp samples that no mirror showed in time
 * @param statuses every answer of the whole load by status; {@code unanswered} for none
 * @param raced writes to what another client had just deleted: 404, as it must be
 * @param refused 503 and 429: the API said that it can't now, and when to ask again
 * @param failed all other answers, and none at all
 */
public record LoadResult(
        long acknowledged,
        double seconds,
        Percentiles latency,
        Percentiles lag,
        long lagGivenUp,
        Map<String, Long> statuses,
        long raced,
        long refused,
        long failed) {

    public LoadResult {
        statuses = Map.copyOf(statuses);
    }

    /** Whether no answer was wrong, all samples were seen, and no more than one write of a hundred was refused. */
    public boolean holds() {
        long answers = statuses.values().stream().mapToLong(Long::longValue).sum();
        return failed == 0 && lagGivenUp == 0 && refused * 100 <= answers;
    }

    /** Measured writes a second. */
    public double writesPerSecond() {
        return seconds == 0 ? 0 : acknowledged / seconds;
    }
}
