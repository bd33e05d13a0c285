package dev.studybuddy.api.idempotency;

import dev.studybuddy.api.access.CallerArgument;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.idempotency.IdempotencyKeys.PostKey;
import dev.studybuddy.api.web.Problem;
import dev.studybuddy.api.web.Replies;
import dev.studybuddy.api.web.RequestBody;
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

/** Gives a controller the POST at hand. */
@Component
final class PostArgument implements HandlerMethodArgumentResolver, WebMvcConfigurer {

    private static final String HEADER = "Idempotency-Key";
    private static final int LONGEST = 200;

    private final IdempotencyKeys keys;
    private final RetryingTransactions transactions;
    /** Asked for late: it needs the JSON mapper, and this is made while the web layer is. */
    private final ObjectProvider<Replies> replies;

    PostArgument(IdempotencyKeys keys, RetryingTransactions transactions, ObjectProvider<Replies> replies) {
        this.keys = keys;
        this.transactions = transactions;
        this.replies = replies;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Post.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        HttpServletRequest servlet = Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class));
        return new Post(keys, transactions, replies.getObject(), key(servlet), hash(servlet));
    }

    private static @Nullable PostKey key(HttpServletRequest request) {
        String key = request.getHeader(HEADER);
        if (key == null) {
            return null;
        }
        if (key.isBlank() || key.length() > LONGEST) {
            throw Problem.invalid(HEADER, "must have from 1 to " + LONGEST + " characters")
                    .exception();
        }
        String caller = CallerArgument.current().map(known -> known.userId()).orElse("");
        return new PostKey(caller + ' ' + request.getMethod() + ' ' + request.getRequestURI(), key);
    }

    /** Of what the request asks: its query and its body. */
    private static String hash(HttpServletRequest request) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String query = request.getQueryString();
            digest.update((query == null ? "" : query).getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return HexFormat.of().formatHex(digest.digest(RequestBody.of(request)));
        } catch (NoSuchAlgorithmException thrown) {
            throw new IllegalStateException("every Java has SHA-256", thrown);
        }
    }
}
