package dev.studybuddy.api.consistency;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.access.SigningKeys;
import dev.studybuddy.api.web.Problem;
import dev.studybuddy.api.web.ProblemException;
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
 * Signs and reads consistency tokens: {@code base64url(1;type:id:version;…).base64url(hmac)}, where the signature
 * covers the caller too.
 */
@Component
public final class ConsistencyTokens {

    /** The header of an answer to a write, and of a read that wants to include it. */
    public static final String HEADER = "X-Consistency-Token";

    /** How many versions a token may hold. */
    public static final int MOST_ENTRIES = 20;

    private static final String FORMAT = "1";

    private final SecretKey key;

    @Autowired
    ConsistencyTokens(SigningKeys keys) {
        this(keys.consistency());
    }

    ConsistencyTokens(SecretKey key) {
        this.key = key;
    }

    /** A token for what this caller wrote. */
    public String issue(Caller caller, AggregateVersion... written) {
        if (written.length == 0 || written.length > MOST_ENTRIES) {
            throw new IllegalArgumentException("a token has from 1 to " + MOST_ENTRIES + " entries");
        }
        String text = Arrays.stream(written)
                .map(one -> one.type().code() + ':' + one.id() + ':' + one.version())
                .collect(Collectors.joining(";", FORMAT + ';', ""));
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        return encoded(payload) + '.' + encoded(signature(caller, payload));
    }

    /**
     * What the tokens of a request hold, together.
     *
     * @param headers each value of the header; several tokens in one are parted by commas; empty ones count as none
     * @throws ProblemException 400 where one isn't ours, or is another caller's
     */
    public List<AggregateVersion> read(Caller caller, List<String> headers) {
        List<AggregateVersion> versions = new ArrayList<>();
        for (String header : headers) {
            for (String token : header.split(",", -1)) {
                if (!token.isBlank()) {
                    versions.addAll(entries(caller, token.strip()).orElseThrow(ConsistencyTokens::foreign));
                }
            }
        }
        if (versions.size() > MOST_ENTRIES) {
            throw Problem.invalid(HEADER, "together the tokens hold more than " + MOST_ENTRIES + " writes")
                    .exception();
        }
        return versions;
    }

    private static ProblemException foreign() {
        return Problem.invalid(HEADER, "is not a token that this service gave to this caller")
                .exception();
    }

    private Optional<List<AggregateVersion>> entries(Caller caller, String token) {
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
        if (!MessageDigest.isEqual(signature, signature(caller, payload))) {
            return Optional.empty();
        }
        // Signed by us: from here on a surprise is a bug, or a format of another version.
        String[] entries = new String(payload, StandardCharsets.UTF_8).split(";", -1);
        if (!entries[0].equals(FORMAT)) {
            return Optional.empty();
        }
        return Optional.of(
                Arrays.stream(entries).skip(1).map(ConsistencyTokens::entry).toList());
    }

    private static AggregateVersion entry(String text) {
        String[] parts = text.split(":", -1);
        return new AggregateVersion(AggregateType.ofCode(parts[0]).orElseThrow(), parts[1], Long.parseLong(parts[2]));
    }

    private byte[] signature(Caller caller, byte[] payload) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            mac.update(caller.userId().getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(payload);
        } catch (GeneralSecurityException thrown) {
            throw new IllegalStateException("every Java has " + key.getAlgorithm(), thrown);
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
