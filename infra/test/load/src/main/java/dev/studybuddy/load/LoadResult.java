package dev.studybuddy.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * A load result holds the outcome of a load. The numbers of raced, rejected and failed writes include the warm-up, and
 * so do the statuses. The other values concern the measured writes only.
 *
 * @param acknowledged number of measured writes that were answered with a 2xx
 * @param seconds duration of the measured phase
 * @param latency time from the moment at which a write was due (with a rate) or was sent (without one) until its answer
 * @param lag time from a sampled write's answer until its mirror shows it
 * @param lagGivenUp number of samples that no mirror showed in time
 * @param statuses number of answers of the whole load by status; {@code unanswered} counts writes without an answer
 * @param raced number of writes to an aggregate that another client had just deleted; the API rightly answers 404
 * @param rejected number of 503 and 429 answers with a {@code Retry-After} header
 * @param failed number of all other answers and of writes without an answer
 */
public record LoadResult(
        long acknowledged,
        double seconds,
        Percentiles latency,
        Percentiles lag,
        long lagGivenUp,
        Map<String, Long> statuses,
        long raced,
        @JsonProperty("refused") long rejected,
        long failed) {

    public LoadResult {
        statuses = Map.copyOf(statuses);
    }

    /** Returns whether no write failed, all samples became visible, and at most one write in a hundred was rejected. */
    public boolean passes() {
        long answers = statuses.values().stream().mapToLong(Long::longValue).sum();
        return failed == 0 && lagGivenUp == 0 && rejected * 100 <= answers;
    }

    /** Returns the measured writes per second. */
    public double writesPerSecond() {
        return seconds == 0 ? 0 : acknowledged / seconds;
    }
}
