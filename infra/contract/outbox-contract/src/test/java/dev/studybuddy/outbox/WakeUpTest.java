package dev.studybuddy.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WakeUpTest {

    @Test
    void aDecodedDatagramNamesTheShardsOfItsWakeUp() {
        WakeUp sent = WakeUp.of(0).and(WakeUp.of(63));

        assertThat(WakeUp.decode(sent.encode(), WakeUp.LENGTH)).hasValueSatisfying(decoded -> {
            assertThat(decoded.has(0)).isTrue();
            assertThat(decoded.has(63)).isTrue();
            assertThat(decoded.has(1)).isFalse();
        });
    }

    @Test
    void aDatagramThatIsNotAWakeUpIsIgnored() {
        assertThat(WakeUp.decode(new byte[WakeUp.LENGTH], WakeUp.LENGTH)).isEmpty();
        assertThat(WakeUp.decode(new byte[3], 3)).isEmpty();
    }
}
