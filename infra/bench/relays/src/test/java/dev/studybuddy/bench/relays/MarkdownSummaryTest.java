package dev.studybuddy.bench.relays;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownSummaryTest {

    @Test
    void theSummaryHasOneRowForEachRelayAndCountsItsFaults() {
        String summary = MarkdownSummary.of(List.of(
                drain("pipeline", 1000, 0, 0),
                drain("ours", 400, 0, 0),
                drain("ours", 600, 2, 0),
                drain("ours", 500, 0, 3),
                load("ours", 100, true),
                load("ours", 5000, true),
                load("other", 100, false)));

        assertThat(summary).isEqualTo("""
                | relay | version | drain, events/s | of the bare pipeline | hot keys, events/s | output |
                | --- | --- | ---: | ---: | ---: | --- |
                | The pipeline | 1 | 1000 | 1.00 | – | complete, in order |
                | The ours | 1 | 500 | 0.50 | – | not complete in time, in order, 2 repeats |
                | The other | 1 | – | – | – | complete, in order |

                lag in ms, p50 / p99:

                | relay | at 100 events/s | at 5000 events/s |
                | --- | ---: | ---: |
                | The ours, with wake-ups | 1.5 / 3.5 | 1.5 / 3.5 |
                | The other | 1.5 / 3.5 | – |

                CPU in µs per event: relay + SQL + Kafka = total:

                | relay | at 100 events/s | at 5000 events/s |
                | --- | ---: | ---: |
                | The ours, with wake-ups | 10 + 20 + 30 = 60 | 10 + 20 + 30 = 60 |
                | The other | 10 + 20 + 30 = 60 | – |
                """);
    }

    private static Result drain(String relay, double perSecond, long repeats, long missing) {
        return result(relay, "drain", -1, perSecond, false, repeats, missing);
    }

    private static Result load(String relay, double offered, boolean wakeUps) {
        return result(relay, "lag", offered, offered, wakeUps, 0, 0);
    }

    private static Result result(
            String relay,
            String scenario,
            double offered,
            double perSecond,
            boolean wakeUps,
            long repeats,
            long missing) {
        return new Result(
                relay,
                "The " + relay,
                "1",
                scenario,
                offered,
                offered,
                perSecond,
                wakeUps,
                100,
                100 - missing,
                missing,
                repeats,
                0,
                1,
                1.5,
                2.5,
                3.5,
                4.5,
                10,
                20,
                30,
                1,
                0,
                0);
    }
}
