package dev.studybuddy.local.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * As whom postgres runs: it refuses to run as root, and needs an account with a name.
 *
 * @param prefix words before each command
 * @param binariesIn where the binaries can be read by that account
 * @param ownData where the data must lie to be its own; empty where any folder of ours will do
 */
record Account(List<String> prefix, Path binariesIn, List<Path> ownData) {

    private static final long PROBE_SECONDS = 5;

    /** The first way that works here: plainly; in a user namespace, where files stay ours; as {@code nobody}. */
    static Account forThisProcess(Path local) throws IOException, InterruptedException {
        if (!"0".equals(output("id", "-u")) && works("id", "-un")) {
            return new Account(List.of(), local, List.of());
        }
        if (works("unshare", "-U", "id", "-un")) {
            return new Account(List.of("unshare", "-U"), local, List.of());
        }
        Path outside = Path.of(System.getProperty("java.io.tmpdir"), "studybuddy-nobody");
        return new Account(
                List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"), outside, List.of(outside));
    }

    /** Where data asked for at this place really go. */
    Path dataIn(Path wanted) {
        return ownData.isEmpty()
                ? wanted
                : ownData.getFirst()
                        .resolve(Integer.toHexString(wanted.toString().hashCode()) + "-" + wanted.getFileName());
    }

    /** Whether data must be given to another user. */
    boolean isForeign() {
        return !ownData.isEmpty();
    }

    private static boolean works(String... command) throws IOException, InterruptedException {
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
