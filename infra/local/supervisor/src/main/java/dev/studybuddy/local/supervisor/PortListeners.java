package dev.studybuddy.local.supervisor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the processes that listen on a TCP port, by reading {@code /proc}. */
final class PortListeners {

    private static final String LISTENING = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final int MAX_CHARACTERS = 120;

    private PortListeners() {}

    /** Returns whether a program can listen on this loopback port. */
    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /**
     * Returns a description of the processes that listen on a port, such as {@code pid 123 (java -jar api.jar)}. If
     * {@code /proc} shows none of them, the description names a process of another user.
     */
    static String describe(int port) {
        Set<String> inodes = new HashSet<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            inodes.addAll(listeningInodes(lines(Path.of(table)), port));
        }
        List<String> holders = new ArrayList<>();
        ProcessHandle.allProcesses()
                .filter(process -> holdsAny(process.pid(), inodes))
                .forEach(process -> holders.add("pid " + process.pid() + " (" + command(process.pid()) + ")"));
        return holders.isEmpty() ? "a process of another user" : String.join(", ", holders);
    }

    /** Returns the inodes of the sockets that listen on a port, in the lines of {@code /proc/net/tcp}. */
    static Set<String> listeningInodes(List<String> table, int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        Set<String> inodes = new HashSet<>();
        for (String line : table) {
            List<String> columns = BLANKS.splitAsStream(line.strip()).toList();
            if (columns.size() > INODE
                    && columns.get(LOCAL_ADDRESS).endsWith(suffix)
                    && columns.get(STATE).equals(LISTENING)) {
                inodes.add(columns.get(INODE));
            }
        }
        return inodes;
    }

    private static boolean holdsAny(long pid, Set<String> inodes) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path file : files) {
                String target = Files.readSymbolicLink(file).toString();
                if (target.startsWith("socket:[") && inodes.contains(target.substring(8, target.length() - 1))) {
                    return true;
                }
            }
            return false;
        } catch (IOException endedOrForbidden) {
            return false;
        }
    }

    private static String command(long pid) {
        String line = ProcessIdentity.commandLine(pid);
        return line.length() > MAX_CHARACTERS ? line.substring(0, MAX_CHARACTERS) + "…" : line;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException absent) {
            return List.of();
        }
    }
}
