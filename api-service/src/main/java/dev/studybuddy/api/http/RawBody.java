package dev.studybuddy.api.http;

import jakarta.servlet.http.HttpServletRequest;

/** Provides the complete body of the current request, which {@link RequestSizeFilter} keeps in memory. */
public final class RawBody {

    static final String ATTRIBUTE = RawBody.class.getName();

    private RawBody() {}

    /**
     * Returns the bytes as the client sent them, or an empty array if the request has no body. Callers must not change
     * the shared array.
     */
    public static byte[] of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof byte[] body ? body : new byte[0];
    }
}
