package dev.studybuddy.publisher.ordering;

import java.nio.charset.StandardCharsets;

/** Converts the texts of test rows. */
public final class TestBytes {

    private TestBytes() {}

    /** Returns the UTF-8 bytes of a text. */
    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
