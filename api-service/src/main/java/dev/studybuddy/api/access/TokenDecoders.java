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

/** Builds what checks tokens, from the one source of keys that the properties name. */
final class TokenDecoders {

    private TokenDecoders() {}

    static JwtDecoder of(AccessProperties properties, SigningKeys keys) {
        OAuth2TokenValidator<Jwt> rules = rules(properties);
        if (properties.mode() == AccessProperties.Mode.OPEN || properties.signingKey() != null) {
            return checked(
                    NimbusJwtDecoder.withSecretKey(keys.access())
                            .macAlgorithm(MacAlgorithm.HS256)
                            .build(),
                    rules);
        }
        if (properties.publicKey() != null) {
            return checked(
                    NimbusJwtDecoder.withPublicKey(rsa(properties.publicKey())).build(), rules);
        }
        String keySet = properties.jwkSetUri();
        if (keySet != null) {
            return checked(NimbusJwtDecoder.withJwkSetUri(keySet).build(), rules);
        }
        String issuer = properties.issuer();
        if (issuer == null) {
            throw new IllegalStateException("the properties named no source of keys");
        }
        // Asked for at the first token: an issuer that is away doesn't keep the service from starting.
        JwtDecoder atFirstToken = new SupplierJwtDecoder(
                () -> checked(NimbusJwtDecoder.withIssuerLocation(issuer).build(), rules));
        return token -> {
            try {
                return atFirstToken.decode(token);
            } catch (JwtDecoderInitializationException away) {
                throw new JwtException("the issuer is away", away);
            }
        };
    }

    private static NimbusJwtDecoder checked(NimbusJwtDecoder decoder, OAuth2TokenValidator<Jwt> rules) {
        decoder.setJwtValidator(rules);
        return decoder;
    }

    private static OAuth2TokenValidator<Jwt> rules(AccessProperties properties) {
        List<OAuth2TokenValidator<Jwt>> rules = new ArrayList<>();
        rules.add(new JwtTimestampValidator());
        // Without an end a token would be good for ever.
        rules.add(new JwtClaimValidator<Object>(JwtClaimNames.EXP, end -> end != null));
        if (properties.issuer() != null) {
            rules.add(new JwtIssuerValidator(properties.issuer()));
        }
        String audience = properties.audience();
        if (audience != null) {
            rules.add(new JwtClaimValidator<List<String>>(
                    JwtClaimNames.AUD, named -> named != null && named.contains(audience)));
        }
        return new DelegatingOAuth2TokenValidator<>(rules);
    }

    private static RSAPublicKey rsa(Resource pem) {
        try (InputStream bytes = pem.getInputStream()) {
            RSAPublicKey key = RsaKeyConverters.x509().convert(bytes);
            if (key == null) {
                throw new IllegalStateException("studybuddy.access.public-key " + pem + " holds no RSA public key");
            }
            return key;
        } catch (IOException thrown) {
            throw new IllegalStateException("studybuddy.access.public-key " + pem + " can't be read", thrown);
        }
    }
}
