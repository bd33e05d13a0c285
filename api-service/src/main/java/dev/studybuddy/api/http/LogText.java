package dev.studybuddy.api.http;

/** Prepares texts that a client chose for log lines, so that no client can write a line of its own. */
public final class LogText {

    private static final int MAX_LENGTH = 500;

    private LogText() {}

    /**
     * Returns the first 500 characters of the text, with a question mark for each character that could end a line or
     * hide text: control characters, format characters, and separators of lines and paragraphs.
     */
    public static String of(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
        text.chars().limit(MAX_LENGTH).forEach(character -> line.append(isUnsafe(character) ? '?' : (char) character));
        return line.toString();
    }

    private static boolean isUnsafe(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
