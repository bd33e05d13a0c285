package dev.studybuddy.local.supervisor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Reads the hosts of an address of CockroachDB, Kafka or MongoDB. */
final class ServerHosts {

    private static final String JDBC = "jdbc:postgresql:";

    private ServerHosts() {}

    /**
     * Returns the hosts that do not stand for this machine.
     *
     * @param address a JDBC URL, a list of bootstrap servers, or the URI of MongoDB
     */
    static List<String> remoteHosts(String address) {
        Stream<String> servers = Arrays.stream(authority(address).split(",", -1))
                .map(server -> withoutPort(withoutProtocol(server.strip())));
        return Stream.concat(servers, hostsOfParameters(address))
                .filter(host -> !isLocal(host))
                .toList();
    }

    /** Returns the part with the hosts, without the user, the database and the parameters. */
    private static String authority(String address) {
        if (address.startsWith(JDBC) && !address.startsWith(JDBC + "//")) {
            // The JDBC URL names only a database, so pgjdbc connects to localhost.
            return "";
        }
        if (!address.startsWith(JDBC) && !address.startsWith("mongodb")) {
            // In a list of bootstrap servers, each server may have a protocol.
            return address;
        }
        String withUser = withoutProtocol(address).split("[/?]", 2)[0];
        return withUser.substring(withUser.lastIndexOf('@') + 1);
    }

    /**
     * Returns the hosts of the parameters of a JDBC URL, which pgjdbc uses in place of the other hosts. The parameter
     * {@code service} names an entry of a file, and this entry can name any host. Therefore this method returns the
     * whole parameter, which is not the name of this machine.
     */
    private static Stream<String> hostsOfParameters(String address) {
        return Arrays.stream(address.split("[?&]", -1))
                .skip(1)
                .filter(parameter -> parameter.matches("(?i)((pg)?host|service)=.*"))
                .map(parameter -> parameter.replaceFirst("(?i)^(pg)?host=", ""))
                .flatMap(hosts -> Arrays.stream(hosts.split(",", -1)));
    }

    private static String withoutProtocol(String address) {
        int protocol = address.indexOf("://");
        return protocol < 0 ? address : address.substring(protocol + "://".length());
    }

    private static String withoutPort(String server) {
        return server.startsWith("[") ? server.split("]", 2)[0].substring(1) : server.split(":", 2)[0];
    }

    /** Returns whether a host is this machine. An address without a host names this machine too. */
    private static boolean isLocal(String host) {
        return host.isEmpty()
                || host.equalsIgnoreCase("localhost")
                || host.equals("::1")
                || host.matches("127(\\.\\d{1,3}){3}");
    }
}
