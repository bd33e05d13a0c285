package dev.studybuddy.api.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Provides the secrets of this service. In mode {@code open}, if no secret for tokens is configured, the service
 * creates one and stores it in the database. Therefore all instances use the same secret, also after a restart.
 */
@Component
public final class SigningKeys {

    private static final String ALGORITHM = "HmacSHA256";

    private static final String INSERT = """
            INSERT INTO local_secrets (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING
            """;
    private static final String SELECT = """
            SELECT value FROM local_secrets WHERE name = :name
            """;

    private final JdbcClient jdbc;
    private final List<SecretKey> access;
    private final List<SecretKey> consistency;

    SigningKeys(JdbcClient jdbc, AccessProperties properties) {
        this.jdbc = jdbc;
        List<String> secrets = properties.signingKey();
        if (secrets.isEmpty()) {
            // In mode jwt without a signing key, this service signs no access tokens, so a random key is sufficient.
            secrets =
                    List.of(properties.mode() == AccessProperties.Mode.OPEN ? loadOrCreate("access") : randomSecret());
        }
        this.access = secrets.stream().map(SigningKeys::hmacKey).toList();
        this.consistency = properties.consistencyKey().isEmpty()
                ? access.stream().map(key -> derive(key, "consistency")).toList()
                : properties.consistencyKey().stream().map(SigningKeys::hmacKey).toList();
    }

    /** Returns the keys that verify the HS256 tokens of callers. The first one also signs. */
    List<SecretKey> access() {
        return access;
    }

    /** Returns the keys that verify consistency tokens. The first one also signs. */
    public List<SecretKey> consistency() {
        return consistency;
    }

    private String loadOrCreate(String name) {
        int inserted = jdbc.sql(INSERT)
                .param("name", name)
                .param("value", randomSecret())
                .update();
        if (inserted > 1) {
            throw new IllegalStateException("the name of a secret must be unique");
        }
        return jdbc.sql(SELECT).param("name", name).query(String.class).single();
    }

    private static String randomSecret() {
        byte[] bytes = new byte[48];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static SecretKey hmacKey(String secret) {
        return new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    private static SecretKey derive(SecretKey from, String purpose) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(from);
            return new SecretKeySpec(mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8)), ALGORITHM);
        } catch (GeneralSecurityException thrown) {
            throw new IllegalStateException("every Java runtime supports " + ALGORITHM, thrown);
        }
    }
}
