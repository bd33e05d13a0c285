package dev.studybuddy.api.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An issuer signs tokens with its own keys and serves its key set and its metadata by HTTP. */
public final class TestIssuer implements AutoCloseable {

    private final HttpServer server;
    private final AtomicInteger keySetRequests = new AtomicInteger();
    private volatile List<JWK> keys;
    private volatile String keySetPath = "/keys";
    private volatile @Nullable CountDownLatch stall;

    public TestIssuer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException thrown) {
            throw new UncheckedIOException(thrown);
        }
        keys = List.of(newRsaKey("rsa"), newEcKey("ec"));
        server.createContext("/keys", this::serveKeys);
        server.createContext(
                "/.well-known/openid-configuration",
                exchange -> answer(exchange, "{\"issuer\":\"" + url() + "\",\"jwks_uri\":\"" + keySetUri() + "\"}"));
        server.start();
    }

    private void serveKeys(HttpExchange exchange) throws IOException {
        keySetRequests.incrementAndGet();
        CountDownLatch open = stall;
        if (open != null) {
            try {
                open.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }
        answer(exchange, new JWKSet(keys).toString());
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public String keySetUri() {
        return url() + keySetPath;
    }

    public int keySetRequests() {
        return keySetRequests.get();
    }

    /** Adds a key that the service has not loaded yet. */
    public JWK addKey() {
        JWK key = newRsaKey(UUID.randomUUID().toString());
        keys = List.of(keys.get(0), keys.get(1), key);
        return key;
    }

    /** Serves the keys at another address, which the metadata names, and no longer at the former one. */
    public void moveKeySet(String path) {
        server.removeContext(keySetPath);
        keySetPath = path;
        server.createContext(path, this::serveKeys);
    }

    /** Leaves each further request for the keys without an answer until the latch opens. */
    public void stall(CountDownLatch open) {
        stall = open;
    }

    public JWK rsaKey() {
        return keys.get(0);
    }

    public JWK ecKey() {
        return keys.get(1);
    }

    public static JWK newRsaKey(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException thrown) {
            throw new IllegalStateException(thrown);
        }
    }

    private static JWK newEcKey(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException thrown) {
            throw new IllegalStateException(thrown);
        }
    }

    /** Returns claims that the rules of the tests accept. */
    public JWTClaimsSet.Builder claims(String... roles) {
        return new JWTClaimsSet.Builder()
                .issuer(url())
                .audience("studybuddy")
                .subject(UUID.randomUUID().toString())
                .claim("roles", List.of(roles))
                .expirationTime(Date.from(Instant.now().plusSeconds(300)));
    }

    public static String sign(JWK key, JWSAlgorithm algorithm, JWTClaimsSet.Builder claims) {
        return sign(key, algorithm, null, claims);
    }

    public static String sign(JWK key, JWSAlgorithm algorithm, @Nullable String type, JWTClaimsSet.Builder claims) {
        try {
            JWSSigner signer = new DefaultJWSSignerFactory().createJWSSigner(key, algorithm);
            JWSHeader.Builder header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID());
            SignedJWT token = new SignedJWT(
                    (type == null ? header : header.type(new JOSEObjectType(type))).build(), claims.build());
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException thrown) {
            throw new IllegalStateException(thrown);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
