package dev.studybuddy.api.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.springframework.http.MediaType;

/** An asset is one file of the console with its type and its entity tag. */
final class ConsoleAsset {

    private static final Map<String, MediaType> TYPES = Map.of(
            "html", new MediaType("text", "html", StandardCharsets.UTF_8),
            "css", new MediaType("text", "css", StandardCharsets.UTF_8),
            "js", new MediaType("text", "javascript", StandardCharsets.UTF_8),
            "svg", new MediaType("image", "svg+xml"));

    private final MediaType type;
    private final byte[] content;
    private final String entityTag;

    /**
     * Creates an asset.
     *
     * @param name the name of the file, whose ending determines the type
     * @throws IllegalArgumentException if the ending is none of html, css, js and svg
     */
    ConsoleAsset(String name, byte[] content) {
        MediaType known = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (known == null) {
            throw new IllegalArgumentException("the console serves no file of this type: " + name);
        }
        this.type = known;
        this.content = content.clone();
        this.entityTag = "W/\"" + digest(content) + '"';
    }

    MediaType type() {
        return type;
    }

    byte[] content() {
        return content.clone();
    }

    /** Returns the entity tag, which is weak, because the container may compress the content. */
    String entityTag() {
        return entityTag;
    }

    private static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 16);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java runtime supports SHA-256", missing);
        }
    }
}
