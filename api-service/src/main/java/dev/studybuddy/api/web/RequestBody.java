package dev.studybuddy.api.web;

import jakarta.servlet.http.HttpServletRequest;

/** The body of the request at hand, kept whole. */
public final class RequestBody {

    static final String ATTRIBUTE = RequestBody.class.getName();

    private RequestBody() {}

    /** The bytes as they came; empty where there were none. The array is shared: don't change it. */
    public static byte[] of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof byte[] body ? body : new byte[0];
    }
}
