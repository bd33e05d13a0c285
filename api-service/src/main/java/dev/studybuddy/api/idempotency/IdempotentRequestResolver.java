package dev.studybuddy.api.idempotency;

import dev.studybuddy.api.access.CallerResolver;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.http.AnswerRenderer;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.RawBody;
import dev.studybuddy.api.idempotency.IdempotencyKeys.RequestKey;
import dev.studybuddy.background.MonotonicClock;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Resolves a controller's {@link IdempotentRequest} parameter from the current request. */
@Component
final class IdempotentRequestResolver implements HandlerMethodArgumentResolver, WebMvcConfigurer {

    private static final String HEADER = "Idempotency-Key";
    private static final int MAX_KEY_LENGTH = 200;
    /**
     * If the path is longer, the scope contains the hash of the path, because a database limits the size of an index
     * entry.
     */
    private static final int MAX_PATH_LENGTH = 500;

    private final IdempotencyKeys keys;
    private final RetryingTransactions transactions;
    /**
     * The provider is resolved per request, because this bean is created before the JSON mapper that AnswerRenderer
     * needs.
     */
    private final ObjectProvider<AnswerRenderer> renderer;

    private final MonotonicClock clock;

    IdempotentRequestResolver(
            IdempotencyKeys keys,
            RetryingTransactions transactions,
            ObjectProvider<AnswerRenderer> renderer,
            MonotonicClock clock) {
        this.keys = keys;
        this.transactions = transactions;
        this.renderer = renderer;
        this.clock = clock;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == IdempotentRequest.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        HttpServletRequest servlet = Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class));
        return new IdempotentRequest(
                keys, transactions, renderer.getObject(), clock, readKey(servlet), hashRequest(servlet));
    }

    private static @Nullable RequestKey readKey(HttpServletRequest request) {
        String key = request.getHeader(HEADER);
        if (key == null) {
            return null;
        }
        if (key.isBlank() || key.length() > MAX_KEY_LENGTH) {
            throw Problem.invalid(HEADER, "must have from 1 to " + MAX_KEY_LENGTH + " characters")
                    .toException();
        }
        String caller =
                CallerResolver.current().map(identified -> identified.userId()).orElse("");
        return new RequestKey(caller + ' ' + request.getMethod() + ' ' + boundedPath(request), key);
    }

    private static String boundedPath(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.length() <= MAX_PATH_LENGTH ? path : hash(path.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the SHA-256 hash of the query and the body of a request. */
    private static String hashRequest(HttpServletRequest request) {
        String query = request.getQueryString();
        return hash((query == null ? "" : query).getBytes(StandardCharsets.UTF_8), new byte[1], RawBody.of(request));
    }

    private static String hash(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException thrown) {
            throw new IllegalStateException("every Java runtime supports SHA-256", thrown);
        }
    }
}
