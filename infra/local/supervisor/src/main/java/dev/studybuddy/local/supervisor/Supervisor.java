package dev.studybuddy.local.supervisor;

import dev.studybuddy.local.program.Repository;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Runs {@code infra/up}, {@code infra/down} or {@code infra/status}; the first argument names the command. */
public final class Supervisor {

    private static final int USAGE_ERROR = 2;

    private Supervisor() {}

    public static void main(String[] arguments) {
        ProgressPrinter printer = new ProgressPrinter(System.out);
        int code;
        try {
            code = run(arguments, printer);
        } catch (UsageException e) {
            printer.print(e.explanation());
            code = USAGE_ERROR;
        } catch (IllegalStateException | UncheckedIOException e) {
            printer.print("infra/" + String.join(" ", arguments) + " failed: " + e);
            code = 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            code = 1;
        }
        // The threads that restart programs and those of HTTP clients would keep the JVM running.
        System.exit(code);
    }

    private static int run(String[] arguments, ProgressPrinter printer) throws InterruptedException {
        if (arguments.length == 0) {
            throw new UsageException("The first argument must be up, down or status");
        }
        Layout layout = new Layout(Repository.find());
        String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
        if (Arrays.asList(rest).contains("--help")) {
            printer.print(UpOptions.USAGE);
            return 0;
        }
        return switch (arguments[0]) {
            case "up" -> {
                UpOptions options = UpOptions.parse(rest);
                yield options.detach()
                        ? new DetachedUpCommand(layout, printer).run(options)
                        : new UpCommand(layout, printer).run(options, System.getenv());
            }
            case "down" -> new DownCommand(layout, printer).run();
            case "status" ->
                new StatusCommand(layout, printer).run(Arrays.asList(rest).contains("--json"));
            default ->
                throw new UsageException(
                        "The command " + arguments[0] + " is unknown; the commands are up, down and status");
        };
    }
}
