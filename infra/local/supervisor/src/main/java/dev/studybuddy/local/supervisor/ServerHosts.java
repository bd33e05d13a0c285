package dev.studybuddy.local.supervisor;

import java.util.Arrays;
import java.util.List;

/** Reads the hosts of an address of CockroachDB, Kafka or MongoDB. */
final class ServerHosts {

    private ServerHosts() {}

    /**
     * Returns the hosts that do not stand for this machine.
     *
     * @param address a JDBC URL, a list of bootstrap servers, or the URI of MongoDB
     */
    static List<String> remoteHosts(String address) {
        return Arrays.stream(authority(address).split(","))
                .map(server -> withoutPort(server.strip()))
                .filter(host -> !isLocal(host))
                .toList();
    }

    /** Returns the part with the hosts, without the protocol, the user, the database and the parameters. */
    private static String authority(String address) {
        int protocol = address.indexOf("://");
        String rest = protocol < 0 ? address : address.substring(protocol + "://".length());
        String withUser = rest.split("[/?]", 2)[0];
        return withUser.substring(withUser.lastIndexOf('@') + 1);
    }

    private static String withoutPort(String server) {
        return server.startsWith("[") ? server.split("]", 2)[0].substring(1) : server.split(":", 2)[0];
    }

    /** An address without a host stands for this machine, too. */
    private static boolean isLocal(String host) {
        return host.isEmpty()
                || host.equalsIgnoreCase("localhost")
                || host.equals("::1")
                || host.matches("127(\\.\\d{1,3}){3}");
    }
}
