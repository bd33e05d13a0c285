package dev.studybuddy.publisher.wakeup;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class SenderAddressTest {

    private final SenderAddress sender =
            new SenderAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711));

    @Test
    void aSenderIsRecognisedByItsAddressAndPort() {
        assertThat(sender.isOneOf(List.of("127.0.0.2:4711", "127.0.0.1:4711"))).isTrue();
        assertThat(sender.isOneOf(List.of("localhost:4711"))).isTrue();
    }

    @Test
    void aSenderOnAnotherHostWithTheSamePortIsAnotherSender() {
        assertThat(sender.isOneOf(List.of("127.0.0.2:4711"))).isFalse();
    }

    @Test
    void aSenderOnTheSameHostWithAnotherPortIsAnotherSender() {
        assertThat(sender.isOneOf(List.of("127.0.0.1:471", "127.0.0.1:14711"))).isFalse();
    }

    @Test
    void anAddressWithoutAHostOrPortMatchesNoSender() {
        assertThat(sender.isOneOf(List.of(":4711", "4711", "", "127.0.0.1:"))).isFalse();
    }
}
