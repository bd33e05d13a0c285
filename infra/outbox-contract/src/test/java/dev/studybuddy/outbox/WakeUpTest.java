package dev.studybuddy.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WakeUpTest {

    @Test
    void aDatagramCarriesItsShards() {
        WakeUp sent = WakeUp.of(0).and(WakeUp.of(63));

        assertThat(WakeUp.decode(sent.encode(), WakeUp.LENGTH)).hasValueSatisfying(read -> {
            assertThat(read.has(0)).isTrue();
            assertThat(read.has(63)).isTrue();
            assertThat(read.has(1)).isFalse();
        });
    }

    @Test
    void whatIsNoWakeUpIsIgnored() {
        assertThat(WakeUp.decode(new byte[WakeUp.LENGTH], WakeUp.LENGTH)).isEmpty();
        assertThat(WakeUp.decode(new byte[3], 3)).isEmpty();
    }
}
