package dev.studybuddy.publisher.wakeup;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Identifies the sender of a datagram.
 *
 * @param socket the address and the port of the sender
 */
public record SenderAddress(InetSocketAddress socket) {

    private static final Logger log = LoggerFactory.getLogger(SenderAddress.class);

    /**
     * Returns whether the sender has one of these addresses of the form {@code host:port}. It resolves a host name only
     * if the port matches, so that a wake-up of a writer costs no query of a name server.
     */
    public boolean isOneOf(Collection<String> addresses) {
        return addresses.stream().anyMatch(this::matches);
    }

    private boolean matches(String address) {
        int colon = address.lastIndexOf(':');
        return colon > 0
                && address.substring(colon + 1).equals(Integer.toString(socket.getPort()))
                && resolves(address.substring(0, colon));
    }

    private boolean resolves(String host) {
        try {
            return Arrays.asList(InetAddress.getAllByName(host)).contains(socket.getAddress());
        } catch (UnknownHostException e) {
            log.atDebug()
                    .addKeyValue("host", host)
                    .setCause(e)
                    .log("The host of a publisher has no address; its wake-up counts as one of a writer");
            return false;
        }
    }
}
