package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** This record holds the job of a completed verify, with the differences that it found. */
record VerifyResult(JsonNode job) {

    /** Returns the differences of aggregates, each as its kind and its id, such as {@code missing 1234}. */
    List<String> differences() {
        List<String> differences = new ArrayList<>();
        for (String kind : List.of("missing", "stale", "extra", "different")) {
            job.path(kind)
                    .forEach(one -> differences.add(kind + ' ' + one.path("id").asString("")));
        }
        return differences;
    }

    /** Returns the users whose totals are wrong. The user of the total of all users is {@code *}. */
    List<String> usersWithWrongTotals() {
        return job.path("wrongTotals")
                .valueStream()
                .map(one -> one.path("userId").asString(""))
                .distinct()
                .toList();
    }

    /** Returns the number of aggregates that the verify repaired. */
    int repaired() {
        return job.path("repaired").intValue();
    }

    /** Returns the number of differences of all kinds, also of those that the lists leave out. */
    long count() {
        return job.path("counts").valueStream().mapToLong(JsonNode::longValue).sum();
    }

    /** Returns the number of mirrors without a row. */
    int extraCount() {
        return job.path("counts").path("extra").intValue();
    }

    /** Fails unless the verify compared everything and found no difference. */
    void assertConsistent() {
        assertThat(job.path("consistent").booleanValue(false)).as("%s", job).isTrue();
    }

    /** Fails if the verify left out the totals of a read model. */
    void assertTotalsCompared() {
        assertThat(job.path("notCompared")).as("%s", job).isEmpty();
    }

    /** Fails if the verify found a difference. */
    void assertNoDrift() {
        assertThat(count()).as("%s", job).isZero();
    }
}
