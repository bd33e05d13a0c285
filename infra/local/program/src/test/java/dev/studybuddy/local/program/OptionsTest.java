package dev.studybuddy.local.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void aValueMayContainEqualsSigns() {
        Options options = Options.parse(new String[] {"--data=/a=b", "--fast"}, "data", "fast");

        assertThat(options.required("data")).isEqualTo("/a=b");
        assertThat(options.has("fast")).isTrue();
    }

    @Test
    void aValueMayBeASeparateArgument() {
        Options options = Options.parse(
                new String[] {"--data", "/a=b", "--fast", "--port", "1", "--end"}, "data", "fast", "port", "end");

        assertThat(options.required("data")).isEqualTo("/a=b");
        assertThat(options.get("fast")).contains("");
        assertThat(options.port("port")).isEqualTo(1);
        assertThat(options.has("end")).isTrue();
    }

    @Test
    void aLeadingArgumentWithoutDashesIsRejected() {
        assertThatThrownBy(() -> Options.parse(new String[] {"1", "--port"}, "port"))
                .hasMessageContaining("The option 1 is unknown");
    }

    @Test
    void theRejectionOfAnUnknownOptionListsTheAcceptedOnes() {
        assertThatThrownBy(() -> Options.parse(new String[] {"--dta=x"}, "data", "port"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--dta=x")
                .hasMessageContaining("--data, --port");
    }

    @Test
    void theRejectionOfAnInvalidPortNamesTheOption() {
        assertThatThrownBy(() ->
                        Options.parse(new String[] {"--port=70000"}, "port").port("port"))
                .hasMessageContaining("--port=70000");
        assertThatThrownBy(
                        () -> Options.parse(new String[] {"--port=x"}, "port").port("port"))
                .hasMessageContaining("--port=x");
    }
}
