package dev.studybuddy.publisher.wakeup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WakeUpSocketTest {

    @Test
    void theSocketPublishesTheConfiguredHostAndAFreePort() {
        try (WakeUpSocket socket = new WakeUpSocket("127.0.0.1")) {
            assertThat(socket.address()).matches("127\\.0\\.0\\.1:[1-9]\\d*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "0"})
    void aWildcardAddressIsRejected(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WakeUpSocket(host))
                .withMessageContaining("publisher.wake-up-address = " + host)
                .withMessageContaining("wildcard");
    }
}
