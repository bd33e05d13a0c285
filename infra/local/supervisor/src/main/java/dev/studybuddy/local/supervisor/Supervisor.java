package dev.studybuddy.local.supervisor;

import dev.studybuddy.local.program.Repository;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Runs {@code infra/up}, {@code infra/down} or {@code infra/status}; the first argument names the command. */
public final class Supervisor {

    private static final int USAGE_ERROR = 2;

    private Supervisor() {}

    public static void main(String[] arguments) {
        Console console = new Console(System.out);
        int code;
        try {
            code = run(arguments, console);
        } catch (UsageException e) {
            console.print(e.complaint());
            code = USAGE_ERROR;
        } catch (IllegalStateException | UncheckedIOException e) {
            console.print("infra/" + String.join(" ", arguments) + " failed: " + e);
            code = 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            code = 1;
        }
        // The threads that restart programs and those of HTTP clients would keep the JVM running.
        System.exit(code);
    }

    private static int run(String[] arguments, Console console) throws InterruptedException {
        if (arguments.length == 0) {
            throw new UsageException("The first argument must be up, down or status");
        }
        Layout layout = new Layout(Repository.find());
        String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
        if (Arrays.asList(rest).contains("--help")) {
            console.print(UpOptions.USAGE);
            return 0;
        }
        return switch (arguments[0]) {
            case "up" -> {
                UpOptions options = UpOptions.parse(rest);
                yield options.detach()
                        ? new DetachedUp(layout, console).run(options)
                        : new Up(layout, console).run(options, System.getenv());
            }
            case "down" -> new Down(layout, console).run();
            case "status" -> new Status(layout, console).run(Arrays.asList(rest).contains("--json"));
            default ->
                throw new UsageException(
                        "The command " + arguments[0] + " is unknown; the commands are up, down and status");
        };
    }
}
