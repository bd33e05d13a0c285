package dev.studybuddy.api.access;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Resolves a controller's {@link Caller} parameter; {@link #current()} provides the caller to other code. */
@Component
public final class CallerResolver implements HandlerMethodArgumentResolver, WebMvcConfigurer {

    /** Returns the caller of this thread's request, or nothing if the request has no token and needs none. */
    public static Optional<Caller> current() {
        return CallerAuthentication.current();
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Caller.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        return current()
                .orElseThrow(() ->
                        new AuthenticationCredentialsNotFoundException("the request has no authenticated caller"));
    }
}
