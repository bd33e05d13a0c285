package dev.studybuddy.api.http;

import jakarta.servlet.http.HttpServletRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/**
 * A tagged body is a rendered answer with the entity tag of its content. A client that presents the tag in
 * If-None-Match receives 304 without a body while the content is unchanged.
 */
public final class TaggedBody {

    private static final Pattern TAG = Pattern.compile("(?:W/)?(\"[^\"]*\")");
    private static final int TAG_BYTES = 15;

    private final byte[] json;
    private final String tag;

    private TaggedBody(byte[] json, String tag) {
        this.json = json;
        this.tag = tag;
    }

    /**
     * Renders a body.
     *
     * @param content the part of the body that determines the tag
     */
    public static TaggedBody of(JsonMapper mapper, Object body, Object content) {
        byte[] json = mapper.writeValueAsBytes(body);
        byte[] digest = sha256(body.equals(content) ? json : mapper.writeValueAsBytes(content));
        String text = Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest, TAG_BYTES));
        return new TaggedBody(json, "W/\"" + text + '"');
    }

    /** Returns the answer to a request: 304 if its If-None-Match contains the tag, otherwise 200 with the body. */
    public ResponseEntity<byte[]> answer(HttpServletRequest request, HttpHeaders headers) {
        boolean unchanged = Collections.list(request.getHeaders(HttpHeaders.IF_NONE_MATCH)).stream()
                .anyMatch(this::matches);
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(unchanged ? HttpStatus.NOT_MODIFIED : HttpStatus.OK)
                .headers(headers)
                .header(HttpHeaders.ETAG, tag);
        return unchanged
                ? answer.build()
                : answer.contentType(MediaType.APPLICATION_JSON).body(json);
    }

    /** Returns whether an If-None-Match header contains the tag. A malformed header contains no tag. */
    boolean matches(String ifNoneMatch) {
        if (ifNoneMatch.strip().equals("*")) {
            return true;
        }
        String opaque = tag.substring("W/".length());
        Matcher tags = TAG.matcher(ifNoneMatch);
        while (tags.find()) {
            if (tags.group(1).equals(opaque)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime supports SHA-256", impossible);
        }
    }
}
