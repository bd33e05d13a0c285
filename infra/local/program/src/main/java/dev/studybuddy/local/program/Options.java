package dev.studybuddy.local.program;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Options are a program's arguments: {@code --name=value}, {@code --name value}, or {@code --name} for a switch. An
 * argument that does not begin with {@code --} is the value of the option before it.
 */
public final class Options {

    private final Map<String, String> values;

    private Options(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads the arguments of a program that accepts options of these names.
     *
     * @throws IllegalArgumentException if an argument is no accepted option; the message lists the accepted ones
     */
    public static Options parse(String[] arguments, String... accepted) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int n = 0; n < arguments.length; n++) {
            String argument = arguments[n];
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (!name.startsWith("--") || !Arrays.asList(accepted).contains(name.substring(2))) {
                throw new IllegalArgumentException("The option " + argument + " is unknown; the accepted options are --"
                        + String.join(", --", new TreeSet<>(Set.of(accepted))));
            }
            String value = equals < 0 ? "" : argument.substring(equals + 1);
            if (equals < 0 && n + 1 < arguments.length && !arguments[n + 1].startsWith("--")) {
                n++;
                value = arguments[n];
            }
            values.put(name.substring(2), value);
        }
        return new Options(values);
    }

    /** Returns whether the option is present. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** Returns the value of an option, or empty if the option is absent. The value of a switch is an empty text. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * Returns the value of a mandatory option.
     *
     * @throws IllegalArgumentException if the option is absent
     */
    public String required(String name) {
        return get(name).orElseThrow(() -> new IllegalArgumentException("The option --" + name + "=… is missing"));
    }

    /**
     * Returns the value of a mandatory option that is a port.
     *
     * @throws IllegalArgumentException if the option is absent or its value is no port number
     */
    public int port(String name) {
        String value = required(name);
        try {
            int port = Integer.parseInt(value);
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "--" + name + "=" + value + " must be a port from 1 to 65535", notANumber);
        }
        throw new IllegalArgumentException("--" + name + "=" + value + " must be a port from 1 to 65535");
    }

    /**
     * Returns the value of a mandatory option as an absolute, normalized path.
     *
     * @throws IllegalArgumentException if the option is absent or its value is no path
     */
    public Path path(String name) {
        return Path.of(required(name)).toAbsolutePath().normalize();
    }
}
