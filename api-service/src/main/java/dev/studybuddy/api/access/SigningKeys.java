package dev.studybuddy.api.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The secrets of this service. In mode {@code open} those that the environment doesn't give are made once and kept in
 * the database, so that all instances have the same and a restart changes nothing.
 */
@Component
public final class SigningKeys {

    private static final String ALGORITHM = "HmacSHA256";

    private static final String MAKE = """
            INSERT INTO local_secrets (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING
            """;
    private static final String READ = """
            SELECT value FROM local_secrets WHERE name = :name
            """;

    private final JdbcClient jdbc;
    private final SecretKey access;
    private final SecretKey consistency;

    SigningKeys(JdbcClient jdbc, AccessProperties properties) {
        this.jdbc = jdbc;
        String signingKey = properties.signingKey();
        if (signingKey == null && properties.mode() == AccessProperties.Mode.OPEN) {
            signingKey = keptInTheDatabase("access");
        }
        // In mode jwt without a secret nothing is signed here; a key nobody knows fits.
        this.access = key(signingKey == null ? random() : signingKey);
        String consistencyKey = properties.consistencyKey();
        this.consistency = consistencyKey == null ? derived(access, "consistency") : key(consistencyKey);
    }

    /** Signs and checks HS256 tokens of callers. */
    SecretKey access() {
        return access;
    }

    /** Signs consistency tokens. */
    public SecretKey consistency() {
        return consistency;
    }

    private String keptInTheDatabase(String name) {
        int made = jdbc.sql(MAKE).param("name", name).param("value", random()).update();
        if (made > 1) {
            throw new IllegalStateException("a secret's name is its key");
        }
        return jdbc.sql(READ).param("name", name).query(String.class).single();
    }

    private static String random() {
        byte[] bytes = new byte[48];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static SecretKey key(String secret) {
        return new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    private static SecretKey derived(SecretKey from, String purpose) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(from);
            return new SecretKeySpec(mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8)), ALGORITHM);
        } catch (GeneralSecurityException thrown) {
            throw new IllegalStateException("every Java has " + ALGORITHM, thrown);
        }
    }
}
