package dev.studybuddy.local.program;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A program's options, {@code --name=value} or {@code --name} for a switch. */
public final class Options {

    private final Map<String, String> values;

    private Options(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads the arguments of a program that knows these options.
     *
     * @throws IllegalArgumentException naming what is unknown, and what is known
     */
    public static Options parse(String[] arguments, String... known) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (!name.startsWith("--") || !Arrays.asList(known).contains(name.substring(2))) {
                throw new IllegalArgumentException("unknown option " + argument + "; known are --"
                        + String.join(", --", new TreeSet<>(Set.of(known))));
            }
            values.put(name.substring(2), equals < 0 ? "" : argument.substring(equals + 1));
        }
        return new Options(values);
    }

    /** Whether the switch is there. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * The value of an option that must be there.
     *
     * @throws IllegalArgumentException where the option is absent
     */
    public String required(String name) {
        return get(name).orElseThrow(() -> new IllegalArgumentException("option --" + name + "=… is needed"));
    }

    /**
     * The value of an option that is a port.
     *
     * @throws IllegalArgumentException where the option is absent or no port number
     */
    public int port(String name) {
        String value = required(name);
        try {
            int port = Integer.parseInt(value);
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("--" + name + "=" + value + ": not a port", notANumber);
        }
        throw new IllegalArgumentException("--" + name + "=" + value + ": a port is between 1 and 65535");
    }

    /** An absolute, normalized path. */
    public Path path(String name) {
        return Path.of(required(name)).toAbsolutePath().normalize();
    }
}
