package dev.studybuddy.api.access;

import java.io.IOException;
import java.io.InputStream;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.io.Resource;
import org.springframework.security.converter.RsaKeyConverters;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;

/** Builds the decoder that verifies tokens with the one key source that the properties set. */
final class TokenDecoders {

    private TokenDecoders() {}

    static JwtDecoder of(AccessProperties properties, SigningKeys keys) {
        OAuth2TokenValidator<Jwt> rules = rules(properties);
        if (properties.mode() == AccessProperties.Mode.OPEN || properties.signingKey() != null) {
            return withValidator(
                    NimbusJwtDecoder.withSecretKey(keys.access())
                            .macAlgorithm(MacAlgorithm.HS256)
                            .build(),
                    rules);
        }
        if (properties.publicKey() != null) {
            return withValidator(
                    NimbusJwtDecoder.withPublicKey(readRsaKey(properties.publicKey()))
                            .build(),
                    rules);
        }
        String keySet = properties.jwkSetUri();
        if (keySet != null) {
            return withValidator(NimbusJwtDecoder.withJwkSetUri(keySet).build(), rules);
        }
        String issuer = properties.issuer();
        if (issuer == null) {
            throw new IllegalStateException("the properties must set a key source");
        }
        // The decoder requests the issuer's metadata for the first token, so that the service can start while the
        // issuer
        // is unavailable.
        JwtDecoder lazyDecoder = new SupplierJwtDecoder(
                () -> withValidator(NimbusJwtDecoder.withIssuerLocation(issuer).build(), rules));
        return token -> {
            try {
                return lazyDecoder.decode(token);
            } catch (JwtDecoderInitializationException unavailable) {
                throw new JwtException("the issuer of the token does not answer", unavailable);
            }
        };
    }

    private static NimbusJwtDecoder withValidator(NimbusJwtDecoder decoder, OAuth2TokenValidator<Jwt> rules) {
        decoder.setJwtValidator(rules);
        return decoder;
    }

    private static OAuth2TokenValidator<Jwt> rules(AccessProperties properties) {
        List<OAuth2TokenValidator<Jwt>> rules = new ArrayList<>();
        rules.add(new JwtTimestampValidator());
        // A token without an expiry time would be valid permanently.
        rules.add(new JwtClaimValidator<Object>(JwtClaimNames.EXP, expiry -> expiry != null));
        if (properties.issuer() != null) {
            rules.add(new JwtIssuerValidator(properties.issuer()));
        }
        String audience = properties.audience();
        if (audience != null) {
            rules.add(new JwtClaimValidator<List<String>>(
                    JwtClaimNames.AUD, audiences -> audiences != null && audiences.contains(audience)));
        }
        return new DelegatingOAuth2TokenValidator<>(rules);
    }

    private static RSAPublicKey readRsaKey(Resource pem) {
        try (InputStream bytes = pem.getInputStream()) {
            RSAPublicKey key = RsaKeyConverters.x509().convert(bytes);
            if (key == null) {
                throw new IllegalStateException(
                        "studybuddy.access.public-key " + pem + " must contain an RSA public key");
            }
            return key;
        } catch (IOException thrown) {
            throw new IllegalStateException("studybuddy.access.public-key " + pem + " cannot be read", thrown);
        }
    }
}
