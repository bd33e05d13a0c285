package dev.studybuddy.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortListenersTest {

    private static final List<String> TABLE = List.of(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:0BB9 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1",
            "   1: 0100007F:0BB9 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1",
            "   2: 0100007F:0BBA 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1");

    @Test
    void onlyListenersOnThePortAreReturned() {
        assertThat(PortListeners.listeningInodes(TABLE, 3001)).containsExactly("4711");
        assertThat(PortListeners.listeningInodes(TABLE, 3003)).isEmpty();
    }

    @Test
    void theDescriptionOfAUsedPortNamesItsProcess() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(PortListeners.isFree(socket.getLocalPort())).isFalse();
            assertThat(PortListeners.describe(socket.getLocalPort()))
                    .startsWith("pid " + ProcessHandle.current().pid() + " (")
                    .contains("java");
        }
    }
}
