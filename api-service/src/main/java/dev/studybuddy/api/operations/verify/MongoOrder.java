package dev.studybuddy.api.operations.verify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** Orders texts as MongoDB does, by the bytes of their UTF-8 form, which differs from the order of Java's strings. */
final class MongoOrder {

    static final Comparator<String> TEXTS = (left, right) -> Arrays.compareUnsigned(utf8(left), utf8(right));

    private MongoOrder() {}

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
