package dev.studybuddy.api.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Records for five minutes which tokens were valid. It keeps the hashes of at most 10 000 tokens, and no token, so that
 * its memory is bounded and reveals no token. A recorded token may have expired, so the service verifies it again at
 * each use.
 */
final class ValidTokens {

    private static final int MAX_TOKENS = 10_000;
    private static final Duration MAX_AGE = Duration.ofMinutes(5);

    private final Cache<String, Boolean> hashes = Caffeine.newBuilder()
            .maximumSize(MAX_TOKENS)
            .expireAfterWrite(MAX_AGE)
            .build();

    /** Adds the credentials of a request whose token was valid. */
    void add(String credentials) {
        hashes.put(hash(credentials), true);
    }

    /** Removes the credentials of a request whose token is not valid any longer. */
    void remove(String credentials) {
        hashes.invalidate(hash(credentials));
    }

    /** Returns whether the token in these credentials was valid in the last five minutes. */
    boolean contains(String credentials) {
        return hashes.getIfPresent(hash(credentials)) != null;
    }

    private static String hash(String credentials) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(credentials.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException thrown) {
            throw new IllegalStateException("every Java runtime supports SHA-256", thrown);
        }
    }
}
