package dev.studybuddy.api.http;

import java.text.Normalizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Defines the valid texts of a field. The rule applies after the text is stripped and normalized to NFC. No text may
 * contain control characters, line separators or unpaired surrogates.
 *
 * @param minLength the smallest valid length in code points
 * @param maxLength the largest valid length in code points
 * @param pattern the pattern that the whole text must match; null for no pattern
 * @param message the message of the fault if the text does not match the pattern
 */
public record TextRule(
        int minLength, int maxLength, @Nullable Pattern pattern, String message) {

    /** Returns a rule that bounds the length in code points. */
    public static TextRule length(int minLength, int maxLength) {
        return new TextRule(minLength, maxLength, null, "");
    }

    /** Returns a rule for a text of at least one code point that matches a pattern. */
    public static TextRule matching(int maxLength, String pattern, String message) {
        return new TextRule(1, maxLength, Pattern.compile(pattern), message);
    }

    /** Returns the text without surrounding white space, in Unicode normalization form C. */
    static String normalize(String text) {
        return Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
    }

    /** Returns the message of the fault, or null if the text is valid. The text must be in its normal form. */
    public @Nullable String violation(String text) {
        if (text.codePoints().anyMatch(TextRule::isForbidden)) {
            return "must not contain control characters, line separators or unpaired surrogates";
        }
        int length = text.codePointCount(0, text.length());
        if (length < minLength || length > maxLength) {
            return minLength == 0
                    ? "must have at most " + maxLength + " characters"
                    : "must have from " + minLength + " to " + maxLength + " characters";
        }
        return pattern != null && !pattern.matcher(text).matches() ? message : null;
    }

    private static boolean isForbidden(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
