package dev.studybuddy.architecture;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A passage is a piece of prose in a file of the repository.
 *
 * @param file the file, relative to the repository's root
 * @param line the line on which the piece begins, counted from 1
 * @param kind the place of the piece in its file
 * @param text the prose, with the comment's own signs removed
 */
record Passage(Path file, int line, Kind kind, String text) {

    private static final Pattern JAVADOC_CODE = Pattern.compile("\\{@(?:code|link|linkplain|literal)\\s+[^}]*}");
    private static final Pattern CODE_SPAN = Pattern.compile("`[^`]*`");
    private static final Pattern ADDRESS = Pattern.compile("https?://\\S+");
    private static final Pattern MARKUP = Pattern.compile("<[^<>]*>");
    private static final Pattern BLOCK_TAG = Pattern.compile("\\s@(?:param|return|throws)\\b");
    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?:])\\s+");

    /** A kind names a place that contains prose. */
    enum Kind {
        /** A comment of any language; it consists of sentences. */
        COMMENT,
        /** A paragraph of a page; it consists of sentences. */
        PARAGRAPH,
        /** A cell of a table; only its words are checked. */
        CELL,
        /** A text in the program; only its words are checked, because it may be a part of a sentence. */
        STRING
    }

    /** Returns the text without code, addresses and markup, on one line. */
    String words() {
        String plain = JAVADOC_CODE.matcher(text).replaceAll("X");
        plain = CODE_SPAN.matcher(plain).replaceAll("X");
        plain = ADDRESS.matcher(plain).replaceAll("X");
        return plain.replaceAll("\\s+", " ").strip();
    }

    /** Returns the sentences whose opening is checked. Block tags of Javadoc are phrases, so they are left out. */
    List<String> sentences() {
        if (kind == Kind.STRING || kind == Kind.CELL) {
            return List.of();
        }
        String body = BLOCK_TAG.split(" " + words(), 2)[0];
        body = MARKUP.matcher(body).replaceAll(" ").strip();
        return List.of(SENTENCE_END.split(body));
    }
}
