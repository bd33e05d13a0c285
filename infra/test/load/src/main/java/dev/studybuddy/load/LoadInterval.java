package dev.studybuddy.load;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A load interval holds what happened since the end of the previous interval of a load.
 *
 * @param acknowledged number of measured writes that were answered with a 2xx
 * @param raced number of writes to an aggregate that another client had just deleted; the API rightly answers 404
 * @param rejected number of 503 and 429 answers with a {@code Retry-After} header
 * @param failed number of all other answers and of writes without an answer
 * @param lagGivenUp number of samples that no mirror showed in time
 * @param latency time from the moment at which a write was due or was sent until its answer
 * @param lag time from a sampled write's answer until its mirror shows it
 */
public record LoadInterval(
        long acknowledged,
        long raced,
        @JsonProperty("refused") long rejected,
        long failed,
        long lagGivenUp,
        Percentiles latency,
        Percentiles lag) {}
