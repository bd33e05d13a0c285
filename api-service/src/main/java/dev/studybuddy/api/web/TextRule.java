package dev.studybuddy.api.web;

import java.text.Normalizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a text may be, after it was trimmed and brought to NFC. Control characters and halves of surrogate pairs are in
 * no text.
 *
 * @param least code points
 * @param most code points
 * @param pattern which it must match as a whole; null for any
 * @param message said where the pattern doesn't match
 */
public record TextRule(int least, int most, @Nullable Pattern pattern, String message) {

    public static TextRule length(int least, int most) {
        return new TextRule(least, most, null, "");
    }

    public static TextRule matching(int most, String pattern, String message) {
        return new TextRule(1, most, Pattern.compile(pattern), message);
    }

    static String normal(String text) {
        return Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
    }

    /** Why a text breaks this rule; null where it doesn't. */
    @Nullable
    String broken(String text) {
        if (text.codePoints().anyMatch(TextRule::unwanted)) {
            return "must not hold control characters";
        }
        int length = text.codePointCount(0, text.length());
        if (length < least || length > most) {
            return least == 0
                    ? "must have at most " + most + " characters"
                    : "must have from " + least + " to " + most + " characters";
        }
        return pattern != null && !pattern.matcher(text).matches() ? message : null;
    }

    private static boolean unwanted(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
