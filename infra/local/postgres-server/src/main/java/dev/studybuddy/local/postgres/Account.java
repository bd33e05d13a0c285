package dev.studybuddy.local.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An account is the user as which postgres runs. PostgreSQL refuses to run as root and needs an account with a name.
 *
 * @param prefix the words that precede each command
 * @param binariesFolder the folder below which the account can read the binaries
 * @param dataFolder the folder below which the data must lie so that the account owns them; empty if any folder is
 *     suitable
 */
record Account(List<String> prefix, Path binariesFolder, List<Path> dataFolder) {

    private static final long PROBE_SECONDS = 5;

    /**
     * Returns the first account that works on this machine: the present user, a user namespace (its files belong to the
     * present user), or the user {@code nobody}.
     *
     * @param local the folder for the binaries if the present user or a user namespace works
     */
    static Account forThisProcess(Path local) throws IOException, InterruptedException {
        if (!"0".equals(output("id", "-u")) && succeeds("id", "-un")) {
            return new Account(List.of(), local, List.of());
        }
        if (succeeds("unshare", "-U", "id", "-un")) {
            return new Account(List.of("unshare", "-U"), local, List.of());
        }
        Path outside = Path.of(System.getProperty("java.io.tmpdir"), "studybuddy-nobody");
        return new Account(
                List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"), outside, List.of(outside));
    }

    /** Returns the folder that holds the data if a caller requests the given folder for the data. */
    Path dataFor(Path requested) {
        return dataFolder.isEmpty()
                ? requested
                : dataFolder
                        .getFirst()
                        .resolve(Integer.toHexString(requested.toString().hashCode()) + "-" + requested.getFileName());
    }

    /** Returns whether the data must belong to a user other than the present one. */
    boolean isOtherUser() {
        return !dataFolder.isEmpty();
    }

    private static boolean succeeds(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS);
        return output.strip();
    }
}
