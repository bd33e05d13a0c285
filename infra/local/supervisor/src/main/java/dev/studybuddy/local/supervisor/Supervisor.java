package dev.studybuddy.local.supervisor;

import dev.studybuddy.local.program.Repository;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** The program behind {@code infra/up}, {@code infra/down} and {@code infra/status}: its first word says which. */
public final class Supervisor {

    private static final int WRONG_USE = 2;

    private Supervisor() {}

    public static void main(String[] arguments) {
        Console console = new Console(System.out);
        int code;
        try {
            code = run(arguments, console);
        } catch (UsageException e) {
            console.say(e.complaint());
            code = WRONG_USE;
        } catch (IllegalStateException | UncheckedIOException e) {
            console.say("infra/" + String.join(" ", arguments) + " failed: " + e);
            code = 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            code = 1;
        }
        // Programs' guardians and HTTP clients have threads of their own.
        System.exit(code);
    }

    private static int run(String[] arguments, Console console) throws InterruptedException {
        if (arguments.length == 0) {
            throw new UsageException("one of up, down, status is needed");
        }
        Layout layout = new Layout(Repository.find());
        String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
        if (Arrays.asList(rest).contains("--help")) {
            console.say(UpOptions.USAGE);
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
            default -> throw new UsageException("unknown: " + arguments[0]);
        };
    }
}
