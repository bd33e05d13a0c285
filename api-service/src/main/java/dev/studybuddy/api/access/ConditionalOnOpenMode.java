package dev.studybuddy.api.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Conditional;

/**
 * Marks a component that exists only in mode {@code open}. The condition converts the property in the way that
 * {@link AccessProperties} does, so that both accept the same texts.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OpenModeCondition.class)
public @interface ConditionalOnOpenMode {}
