package dev.studybuddy.bench.harness;

import dev.studybuddy.local.program.Options;
import dev.studybuddy.local.program.Repository;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Parses the command-line options of a benchmark, {@code --name=value} or {@code --name value}. The switch
 * {@code --quick} selects smaller defaults.
 */
public final class BenchmarkOptions {

    private static final String QUICK = "quick";

    private final Options options;
    private final boolean quick;

    private BenchmarkOptions(Options options) {
        this.options = options;
        this.quick = options.has(QUICK);
        if (!options.get(QUICK).orElse("").isEmpty()) {
            throw new IllegalArgumentException("--quick has the value "
                    + options.get(QUICK).orElseThrow() + ", but it is a switch, which has no value");
        }
    }

    /**
     * Parses the arguments of a benchmark that has the given options and {@code --quick}.
     *
     * @throws IllegalArgumentException if an argument is not one of these options
     */
    public static BenchmarkOptions parse(String[] arguments, String... names) {
        String[] all = Stream.concat(Arrays.stream(names), Stream.of(QUICK)).toArray(String[]::new);
        return new BenchmarkOptions(Options.parse(arguments, all));
    }

    /** Returns whether an option or a switch is present. */
    public boolean has(String name) {
        return options.has(name);
    }

    /**
     * Returns a whole number, or the fallback if the option is absent.
     *
     * @throws IllegalArgumentException if the value is no whole number
     */
    public int number(String name, int fallback) {
        return options.get(name).map(value -> wholeNumber(name, value)).orElse(fallback);
    }

    /** Returns a whole number, or one of the defaults if the option is absent. */
    public int number(String name, int quickDefault, int fullDefault) {
        return number(name, quick ? quickDefault : fullDefault);
    }

    /** Returns a comma-separated list of whole numbers, or one of the defaults if the option is absent. */
    public List<Integer> numbers(String name, String quickDefault, String fullDefault) {
        return words(name, quick ? quickDefault : fullDefault).stream()
                .map(value -> wholeNumber(name, value))
                .toList();
    }

    /** Returns a comma-separated list of words, or the fallback if the option is absent. Empty words are dropped. */
    public List<String> words(String name, String fallback) {
        return Arrays.stream(options.get(name).orElse(fallback).split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /**
     * Returns a comma-separated list of words of which each must be an accepted one. The fallback is all accepted
     * words.
     *
     * @throws IllegalArgumentException if a word is not accepted; the message lists the accepted ones
     */
    public Set<String> selection(String name, Collection<String> accepted) {
        Set<String> selected = new LinkedHashSet<>(words(name, String.join(",", accepted)));
        for (String word : selected) {
            if (!accepted.contains(word)) {
                throw new IllegalArgumentException("--" + name + " names " + word + ", but the accepted words are: "
                        + String.join(", ", accepted));
            }
        }
        return selected;
    }

    private static int wholeNumber(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("--" + name + "=" + value + " must be a whole number", notANumber);
        }
    }

    /** Returns a folder as an absolute path. The fallback is relative to the repository's folder {@code .local}. */
    public Path folder(String name, String fallback) {
        return options.get(name)
                .map(Path::of)
                .orElseGet(() -> Repository.find().local().resolve(fallback))
                .toAbsolutePath();
    }
}
