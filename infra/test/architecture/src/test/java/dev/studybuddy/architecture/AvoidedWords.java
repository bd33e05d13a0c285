package dev.studybuddy.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the words and sentence openings of {@code infra/docs/words-to-avoid.txt}, each with its replacement. */
final class AvoidedWords {

    /**
     * A rule is a line of the list.
     *
     * @param name the regular expression as the list contains it
     * @param pattern the compiled expression
     * @param replacement the advice to the writer
     */
    private record Rule(String name, Pattern pattern, String replacement) {}

    private final List<Rule> words = new ArrayList<>();
    private final List<Rule> openings = new ArrayList<>();

    private AvoidedWords() {}

    /**
     * Reads the list.
     *
     * @throws IllegalArgumentException if a line has no section or no replacement
     */
    static AvoidedWords read(Path list) throws IOException {
        AvoidedWords read = new AvoidedWords();
        String section = "";
        for (String line : Files.readAllLines(list)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("[")) {
                section = line;
                continue;
            }
            String[] parts = line.split(" => ", 2);
            if (parts.length != 2) {
                throw new IllegalArgumentException("This line needs a replacement: " + line);
            }
            switch (section) {
                case "[words]" -> read.words.add(rule(parts, "\\b(?:%s)\\b", Pattern.CASE_INSENSITIVE));
                case "[openings]" -> read.openings.add(rule(parts, "^(?:%s)", 0));
                default -> throw new IllegalArgumentException("This line belongs to no section: " + line);
            }
        }
        return read;
    }

    private static Rule rule(String[] parts, String form, int flags) {
        return new Rule(parts[0], Pattern.compile(form.formatted(parts[0]), flags), parts[1]);
    }

    /** Returns how many words and openings the list has. */
    int size() {
        return words.size() + openings.size();
    }

    /** Returns a message for each avoided word and opening of the passage. */
    List<String> faults(Passage passage) {
        List<String> faults = new ArrayList<>();
        String text = passage.words();
        for (Rule rule : words) {
            if (rule.pattern().matcher(text).find()) {
                faults.add(message(passage, rule, text));
            }
        }
        for (String sentence : passage.sentences()) {
            for (Rule rule : openings) {
                if (rule.pattern().matcher(sentence).find()) {
                    faults.add(message(passage, rule, sentence));
                }
            }
        }
        return faults;
    }

    private static String message(Passage passage, Rule rule, String text) {
        return passage.file() + ":" + passage.line() + ": avoid \"" + rule.name() + "\", write " + rule.replacement()
                + ": " + text;
    }
}
