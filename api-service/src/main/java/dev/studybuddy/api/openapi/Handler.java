package dev.studybuddy.api.openapi;

import dev.studybuddy.api.consistency.ReadModelQueries;
import dev.studybuddy.api.consistency.WriteAnswers;
import dev.studybuddy.api.http.JsonBody;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Set;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;

/** A handler is the method of a controller that answers the requests of one operation. */
record Handler(HandlerMethod method) {

    /** Requests to these paths need no token. */
    private static final Set<String> PUBLIC_PATHS = Set.of("/health");

    boolean takes(Class<?> argument) {
        return Arrays.stream(method.getMethodParameters())
                .map(MethodParameter::getParameterType)
                .anyMatch(argument::equals);
    }

    boolean hasHeader(String name) {
        return Arrays.stream(method.getMethodParameters())
                .map(parameter -> parameter.getParameterAnnotation(RequestHeader.class))
                .anyMatch(header -> header != null && name.equals(header.name()));
    }

    boolean writes() {
        return Arrays.stream(mapping().method()).anyMatch(each -> each != RequestMethod.GET);
    }

    /** Returns whether the request has a body, which may be optional. */
    boolean hasBody() {
        return takes(JsonBody.class)
                || (writes() && takes(HttpServletRequest.class))
                || Arrays.stream(method.getMethodParameters())
                        .anyMatch(parameter -> parameter.hasParameterAnnotation(RequestBody.class));
    }

    boolean isPublic() {
        return PUBLIC_PATHS.containsAll(Set.of(mapping().path())) && mapping().path().length > 0;
    }

    boolean readsReadModel() {
        return controllerUses(ReadModelQueries.class);
    }

    /** Returns whether the controller answers with todos, sessions or users, which have a version. */
    boolean answersWithAggregates() {
        return controllerUses(WriteAnswers.class);
    }

    private boolean controllerUses(Class<?> collaborator) {
        return Arrays.stream(method.getBeanType().getDeclaredFields())
                .anyMatch(field -> field.getType() == collaborator);
    }

    private RequestMapping mapping() {
        RequestMapping mapping = AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), RequestMapping.class);
        if (mapping == null) {
            throw new IllegalStateException(method + " is not the handler of an operation");
        }
        return mapping;
    }
}
