package dev.studybuddy.api.access;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.studybuddy.api.http.LogText;
import java.io.IOException;
import java.io.InputStream;
import java.security.Key;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.core.io.Resource;
import org.springframework.security.converter.RsaKeyConverters;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Verifies tokens with the keys of one source, and logs the reason for each rejected token. */
final class TokenDecoder implements JwtDecoder, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TokenDecoder.class);

    /** A token of another type, such as a logout token, does not permit calls. Many issuers set no type. */
    private static final DefaultJOSEObjectTypeVerifier<SecurityContext> TYPES = new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"), null);

    private final NimbusJwtDecoder decoder;
    private final @Nullable IssuerKeys issuerKeys;

    private TokenDecoder(JWSKeySelector<SecurityContext> keys, @Nullable IssuerKeys issuerKeys, TokenRules rules) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(TYPES);
        processor.setJWSKeySelector(keys);
        // TokenValidators checks the claims, so this verifier checks none.
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        this.decoder = new NimbusJwtDecoder(processor);
        this.decoder.setJwtValidator(TokenValidators.of(rules));
        this.issuerKeys = issuerKeys;
    }

    /**
     * Returns a decoder for the tokens that the rules accept.
     *
     * @throws IllegalStateException if the configured key cannot be read
     */
    static TokenDecoder of(
            TokenRules rules, AccessProperties access, OAuth2ResourceServerProperties.Jwt jwt, SigningKeys keys) {
        return switch (rules.source()) {
            case SIGNING_KEY -> ofFixed(keys.access(), rules);
            case PUBLIC_KEY -> ofFixed(List.of(readRsaKey(Objects.requireNonNull(jwt.getPublicKeyLocation()))), rules);
            case KEY_SET -> ofIssuer(IssuerKeys.at(Objects.requireNonNull(jwt.getJwkSetUri()), access.keySet()), rules);
            case ISSUER ->
                ofIssuer(IssuerKeys.ofIssuer(Objects.requireNonNull(rules.issuer()), access.keySet()), rules);
        };
    }

    /**
     * Returns a decoder that tries each of these keys and ignores the key id of the token, because the keys have no
     * ids.
     */
    private static TokenDecoder ofFixed(List<? extends Key> keys, TokenRules rules) {
        return new TokenDecoder(
                (header, context) -> rules.algorithms().contains(header.getAlgorithm()) ? keys : List.of(),
                null,
                rules);
    }

    private static TokenDecoder ofIssuer(IssuerKeys keys, TokenRules rules) {
        return new TokenDecoder(new JWSVerificationKeySelector<>(rules.algorithms(), keys.source()), keys, rules);
    }

    @Override
    public Jwt decode(String token) {
        try {
            return decoder.decode(token);
        } catch (BadJwtException rejected) {
            LOG.atInfo()
                    .addKeyValue("algorithm", () -> algorithm(token))
                    .addKeyValue("reason", LogText.of(String.valueOf(rejected.getMessage())))
                    .log("The service rejected an invalid bearer token and answers the request with 401");
            throw rejected;
        }
    }

    @Override
    public void close() throws IOException {
        if (issuerKeys != null) {
            issuerKeys.close();
        }
    }

    private static String algorithm(String token) {
        try {
            JWSHeader header = JWSObject.parse(token).getHeader();
            return LogText.of(String.valueOf(header.getAlgorithm()));
        } catch (ParseException notSigned) {
            return "none";
        }
    }

    private static RSAPublicKey readRsaKey(Resource pem) {
        try (InputStream bytes = pem.getInputStream()) {
            RSAPublicKey key = RsaKeyConverters.x509().convert(bytes);
            if (key == null) {
                throw new IllegalStateException(
                        TokenRules.PREFIX + "public-key-location " + pem + " must contain an RSA public key");
            }
            return key;
        } catch (IOException thrown) {
            throw new IllegalStateException(
                    TokenRules.PREFIX + "public-key-location " + pem + " cannot be read", thrown);
        }
    }
}
