package dev.studybuddy.outbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    @Test
    void theTextOfAContextIsParsedAsThatContext() {
        TraceParent sampled = new TraceParent(TRACE, SPAN, true);
        TraceParent unsampled = new TraceParent(TRACE, SPAN, false);

        assertThat(sampled.text()).isEqualTo("00-" + TRACE + "-" + SPAN + "-01");
        assertThat(TraceParent.parse(sampled.text())).contains(sampled);
        assertThat(TraceParent.parse(unsampled.text())).contains(unsampled);
        assertThat(TraceParent.parse("00-" + TRACE + "-" + SPAN + "-03")).contains(sampled);
    }

    @Test
    void onlyAHeaderOfASampledTraceHasASampledContext() {
        TraceParent sampled = new TraceParent(TRACE, SPAN, true);
        TraceParent unsampled = new TraceParent(TRACE, SPAN, false);

        assertThat(TraceParent.parseSampled(sampled.text().getBytes(US_ASCII))).contains(sampled);
        assertThat(TraceParent.parseSampled(unsampled.text().getBytes(US_ASCII)))
                .isEmpty();
        assertThat(TraceParent.parseSampled(new byte[] {-1, 0})).isEmpty();
        assertThat(TraceParent.parseSampled(null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not a traceparent",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"
            })
    void aTextOfAnotherFormHasNoContext(String text) {
        assertThat(TraceParent.parse(text)).isEmpty();
    }
}
