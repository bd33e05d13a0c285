package dev.studybuddy.api.http;

import dev.studybuddy.api.http.Problem.FieldFault;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks a query string before the container parses it, so that an error names the parameter that is at fault. */
final class QuerySyntax {

    static final String QUERY = "query";

    private QuerySyntax() {}

    /**
     * Returns the first fault of a query string, or nothing if each parameter has a name and consists of
     * percent-encoded UTF-8 without control characters.
     *
     * @param query the query string as the client sent it; null if the request has none
     */
    static Optional<FieldFault> findFault(@Nullable String query) {
        if (query == null) {
            return Optional.empty();
        }
        for (String part : query.split("&", -1)) {
            Optional<FieldFault> fault = part.isEmpty() ? Optional.empty() : findFaultOf(part);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private static Optional<FieldFault> findFaultOf(String part) {
        int equals = part.indexOf('=');
        String name = decode(equals < 0 ? part : part.substring(0, equals));
        if (name == null || hasControlCharacter(name)) {
            return fault(QUERY, "must have names of parameters in percent-encoded UTF-8 without control characters");
        }
        if (name.isEmpty()) {
            return fault(QUERY, "must not have a parameter without a name");
        }
        String value = decode(equals < 0 ? "" : part.substring(equals + 1));
        if (value == null) {
            return fault(name, "must be percent-encoded UTF-8");
        }
        return hasControlCharacter(value) ? fault(name, "must not contain control characters") : Optional.empty();
    }

    private static Optional<FieldFault> fault(String field, String message) {
        return Optional.of(new FieldFault(field, message));
    }

    private static boolean hasControlCharacter(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    /** Returns the decoded text, or null if it is not percent-encoded UTF-8. */
    private static @Nullable String decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int at = 0; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next == '%') {
                int code = hexCode(text, at + 1);
                if (code < 0) {
                    return null;
                }
                bytes.write(code);
                at += 2;
            } else if (next > 0xff) {
                return null;
            } else {
                bytes.write(next == '+' ? ' ' : next);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException invalid) {
            return null;
        }
    }

    private static int hexCode(String text, int at) {
        if (at + 2 > text.length()) {
            return -1;
        }
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }
}
