package dev.studybuddy.local.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs PostgreSQL's programs with a clean environment, as the account that they need. */
final class PostgresCommands {

    private static final long LIMIT_SECONDS = 60;

    private final Account account;
    private final Path bin;

    PostgresCommands(Account account, Path bin) {
        this.account = account;
        this.bin = bin;
    }

    Account account() {
        return account;
    }

    /**
     * Runs a program until it ends. The program writes to the output of this process.
     *
     * @throws IOException if the program fails or takes too long
     */
    void run(String program, String... arguments) throws IOException, InterruptedException {
        Process process = process(List.of(), program, List.of(arguments)).start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(program + " did not end within " + LIMIT_SECONDS + " s");
        }
        if (process.exitValue() != 0) {
            throw new IOException(program + " failed with code " + process.exitValue());
        }
    }

    /**
     * Starts the server. The kernel signals it to stop when the calling thread ends, and therefore when this JVM ends.
     */
    Process startServer(List<String> arguments) throws IOException {
        return process(List.of("setpriv", "--pdeathsig", "INT"), "postgres", arguments)
                .start();
    }

    private ProcessBuilder process(List<String> inner, String program, List<String> arguments) {
        List<String> command = new ArrayList<>(account.prefix());
        command.addAll(inner);
        command.add(bin.resolve(program).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }
}
