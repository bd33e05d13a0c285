package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class OpenModeFilterTest {

    @Test
    void openModeRejectsAnAddressThatIsNotLoopback() throws UnknownHostException {
        InetAddress everywhere = InetAddress.getByAddress(new byte[4]);

        assertThatThrownBy(() -> new OpenModeFilter(everywhere))
                .hasMessageContaining("server.address")
                .hasMessageContaining("0.0.0.0")
                .hasMessageContaining("loopback");
        assertThatThrownBy(() -> new OpenModeFilter(null)).hasMessageContaining("not set");
    }

    @Test
    void openModeAcceptsLoopbackAddresses() throws UnknownHostException {
        InetAddress six = InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        InetAddress four = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        assertThatCode(() -> new OpenModeFilter(six)).doesNotThrowAnyException();
        assertThatCode(() -> new OpenModeFilter(four)).doesNotThrowAnyException();
    }
}
