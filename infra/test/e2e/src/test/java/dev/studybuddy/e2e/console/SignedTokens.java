package dev.studybuddy.e2e.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens as an issuer that shares a secret with the service. */
final class SignedTokens {

    /** The secret has at least 32 bytes, as the service requires. */
    static final String KEY = "a-secret-of-the-tests-of-the-console";

    private static final String ALGORITHM = "HmacSHA256";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private SignedTokens() {}

    static String sign(String user, Instant expiresAt, List<String> roles) throws GeneralSecurityException {
        String claims = "{\"sub\":\"" + user + "\",\"exp\":" + expiresAt.getEpochSecond() + ",\"roles\":[\""
                + String.join("\",\"", roles) + "\"]}";
        String signed =
                encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(UTF_8)) + '.' + encode(claims.getBytes(UTF_8));
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(new SecretKeySpec(KEY.getBytes(UTF_8), ALGORITHM));
        return signed + '.' + encode(mac.doFinal(signed.getBytes(UTF_8)));
    }

    private static String encode(byte[] bytes) {
        return BASE64.encodeToString(bytes);
    }
}
