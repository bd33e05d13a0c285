package dev.studybuddy.outbox;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A trace parent is the value of the header {@link EventHeaders#TRACE_PARENT}, in version 00 of the W3C's form.
 *
 * @param traceId the id of the trace, 32 hexadecimal digits
 * @param spanId the id of the span that wrote the value, 16 hexadecimal digits
 * @param sampled whether the spans of the trace are exported
 */
public record TraceParent(String traceId, String spanId, boolean sampled) {

    private static final Pattern FORM = Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]([0-9a-f])");

    /** Returns the context that a text states, or an empty value if the text has another form. */
    public static Optional<TraceParent> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        boolean sampled = (Character.digit(parts.group(3).charAt(0), 16) & 1) == 1;
        return Optional.of(new TraceParent(parts.group(1), parts.group(2), sampled));
    }

    /**
     * Returns the context that a header states if the spans of its trace are exported, or an empty value otherwise.
     *
     * @param header the bytes of the header; null if the record has no such header
     */
    public static Optional<TraceParent> parseSampled(byte @Nullable [] header) {
        return header == null
                ? Optional.empty()
                : parse(new String(header, US_ASCII)).filter(TraceParent::sampled);
    }

    /** Returns the value of the header. */
    public String text() {
        return "00-" + traceId + '-' + spanId + (sampled ? "-01" : "-00");
    }
}
