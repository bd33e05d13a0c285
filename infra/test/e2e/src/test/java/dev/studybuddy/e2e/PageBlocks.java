package dev.studybuddy.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the code blocks of a page, each with the section that contains it. */
final class PageBlocks {

    private static final Pattern PART = Pattern.compile("(?ms)^## ([^\\n]+)$|^```(\\w+)(?: (\\w+))?\\n(.*?)^```$");

    /**
     * This record holds a code block of the page.
     *
     * @param section the heading above the block; empty if it has none
     * @param label the database for which the block is, or the moment at which a test runs it; empty if it has neither
     */
    private record Block(String section, String language, String label, String code) {}

    private final List<Block> blocks = new ArrayList<>();

    PageBlocks(Path page) throws IOException {
        String section = "";
        Matcher part = PART.matcher(Files.readString(page));
        while (part.find()) {
            if (part.group(1) != null) {
                section = part.group(1);
            } else {
                String label = part.group(3) == null ? "" : part.group(3);
                blocks.add(new Block(section, part.group(2), label, part.group(4)));
            }
        }
    }

    /** Returns the blocks of a language, joined in their order. */
    String code(String language) {
        return blocks.stream()
                .filter(block -> block.language().equals(language))
                .map(Block::code)
                .collect(Collectors.joining("\n"));
    }

    /** Returns the blocks of a language in a section, in their order. */
    List<String> blocks(String section, String language) {
        return blocks.stream()
                .filter(block -> block.section().equals(section))
                .filter(block -> block.language().equals(language))
                .map(Block::code)
                .toList();
    }

    /**
     * Returns the commands and statements of a section as one script of the shell. It contains the blocks without a
     * label and those with the given one.
     *
     * @param section the beginning of the heading
     * @throws IllegalArgumentException if the section has none
     */
    String script(String section, String label) {
        return script(section, block -> block.label().isEmpty() || block.label().equals(label));
    }

    /**
     * Returns the commands and statements of a section that have a label, as one script of the shell.
     *
     * @param section the beginning of the heading
     * @throws IllegalArgumentException if the section has none
     */
    String labelled(String section, String label) {
        return script(section, block -> block.label().equals(label));
    }

    private String script(String section, Predicate<Block> chosen) {
        String script = blocks.stream()
                .filter(block -> block.section().startsWith(section))
                .filter(chosen)
                .filter(block -> block.language().matches("sh|sql"))
                .map(block -> block.language().equals("sh") ? block.code() : statements(block.code()))
                .collect(Collectors.joining("\n"));
        if (script.isEmpty()) {
            throw new IllegalArgumentException("The page has no commands in a section " + section);
        }
        return script;
    }

    private static String statements(String sql) {
        return "psql \"$SQL\" -X -A -t -q -v ON_ERROR_STOP=1 <<'SQL'\n" + sql + "SQL";
    }
}
