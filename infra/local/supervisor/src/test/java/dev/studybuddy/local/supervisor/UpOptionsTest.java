package dev.studybuddy.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UpOptionsTest {

    @Test
    void theDefaultIsOneInstanceOfEachInTheForeground() {
        assertThat(UpOptions.parse()).isEqualTo(new UpOptions(false, false, false, false, 1, 1));
    }

    @Test
    void aNumberFollowsABlankOrAnEqualsSign() {
        assertThat(UpOptions.parse("--publishers", "3", "--projectors=2", "--detach", "--fresh"))
                .isEqualTo(new UpOptions(true, true, false, false, 3, 2));
    }

    @Test
    void theForegroundArgumentsRequestTheSameStack() {
        UpOptions options = UpOptions.parse("--publishers=3", "--services-only", "--allow-remote-servers", "--detach");

        assertThat(UpOptions.parse(options.foregroundArguments().toArray(String[]::new)))
                .isEqualTo(new UpOptions(false, false, true, true, 3, 1));
    }

    @Test
    void theRejectionOfAnInvalidOptionNamesIt() {
        assertThatThrownBy(() -> UpOptions.parse("--publishers")).hasMessageContaining("--publishers");
        assertThatThrownBy(() -> UpOptions.parse("--projectors", "0"))
                .hasMessageContaining("The value of --projectors is '0'");
        assertThatThrownBy(() -> UpOptions.parse("--publisher", "3"))
                .hasMessageContaining("The option --publisher is unknown.");
        assertThatThrownBy(() -> UpOptions.parse("--fresh", "--services-only")).hasMessageContaining("--fresh");
        assertThatThrownBy(() -> UpOptions.parse("--allow-remote-servers")).hasMessageContaining("--services-only");
    }
}
