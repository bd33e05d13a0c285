package dev.studybuddy.api.access;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches if the access mode is {@code open}. */
final class OpenModeCondition implements Condition {

    private static final String PROPERTY = "studybuddy.access.mode";

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return Binder.get(context.getEnvironment())
                .bind(PROPERTY, AccessProperties.Mode.class)
                .map(mode -> mode == AccessProperties.Mode.OPEN)
                .orElse(false);
    }
}
