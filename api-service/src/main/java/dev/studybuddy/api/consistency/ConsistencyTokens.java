package dev.studybuddy.api.consistency;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.access.SigningKeys;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.contract.AggregateType;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Signs and verifies consistency tokens. The format is {@code base64url(1;type:id:version;…).base64url(hmac)}, and the
 * signature also covers the caller's id.
 */
@Component
final class ConsistencyTokens {

    /** A write returns its token in this header, and a read that must include the write presents the token in it. */
    public static final String HEADER = "X-Consistency-Token";

    /** A token may contain at most this number of versions. */
    public static final int MAX_ENTRIES = 20;

    private static final String FORMAT = "1";

    /** The first key signs, and all keys verify. */
    private final List<SecretKey> keys;

    @Autowired
    ConsistencyTokens(SigningKeys keys) {
        this(keys.consistency());
    }

    ConsistencyTokens(List<SecretKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** Returns a token for the versions that this caller wrote. */
    String issue(Caller caller, AggregateVersion... written) {
        if (written.length == 0 || written.length > MAX_ENTRIES) {
            throw new IllegalArgumentException("a token must have from 1 to " + MAX_ENTRIES + " entries");
        }
        String text = Arrays.stream(written)
                .map(version -> version.type().code() + ':' + version.id() + ':' + version.version())
                .collect(Collectors.joining(";", FORMAT + ';', ""));
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        return encode(payload) + '.' + encode(sign(keys.getFirst(), caller, payload));
    }

    /**
     * Returns the versions of all tokens of a request.
     *
     * @param headers the values of the header; a value may contain several tokens that are separated by commas, and
     *     empty tokens are ignored
     * @throws ProblemException 400 if this service did not issue a token to this caller, or the tokens contain too many
     *     versions
     */
    List<AggregateVersion> read(Caller caller, List<String> headers) {
        List<AggregateVersion> versions = new ArrayList<>();
        for (String header : headers) {
            for (String token : header.split(",", -1)) {
                if (!token.isBlank()) {
                    versions.addAll(verify(caller, token.strip()).orElseThrow(ConsistencyTokens::invalidToken));
                }
            }
        }
        if (versions.size() > MAX_ENTRIES) {
            throw Problem.invalid(HEADER, "must contain at most " + MAX_ENTRIES + " versions in all tokens together")
                    .toException();
        }
        return versions;
    }

    private static ProblemException invalidToken() {
        return Problem.invalid(HEADER, "must be a consistency token that this service issued to this caller")
                .toException();
    }

    private Optional<List<AggregateVersion>> verify(Caller caller, String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 2) {
            return Optional.empty();
        }
        byte[] payload;
        byte[] signature;
        try {
            payload = Base64.getUrlDecoder().decode(parts[0]);
            signature = Base64.getUrlDecoder().decode(parts[1]);
        } catch (IllegalArgumentException thrown) {
            return Optional.empty();
        }
        if (keys.stream().noneMatch(key -> MessageDigest.isEqual(signature, sign(key, caller, payload)))) {
            return Optional.empty();
        }
        // The signature is valid, so an unexpected payload is a bug or the format of another version of this service.
        String[] entries = new String(payload, StandardCharsets.UTF_8).split(";", -1);
        if (!entries[0].equals(FORMAT)) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(entries)
                .skip(1)
                .map(ConsistencyTokens::parseEntry)
                .toList());
    }

    private static AggregateVersion parseEntry(String text) {
        String[] parts = text.split(":", -1);
        return new AggregateVersion(AggregateType.ofCode(parts[0]).orElseThrow(), parts[1], Long.parseLong(parts[2]));
    }

    private static byte[] sign(SecretKey key, Caller caller, byte[] payload) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            mac.update(caller.userId().getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(payload);
        } catch (GeneralSecurityException thrown) {
            throw new IllegalStateException("every Java runtime supports " + key.getAlgorithm(), thrown);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
