package dev.studybuddy.api.access;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.expression.ExpressionException;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

/**
 * Reads the roles of a caller from the claims of a token. The service ignores entries that are not the code of a role.
 *
 * @param name the name of the claim, which holds a list of codes or a text
 * @param delimiter the pattern that separates the codes in a text
 * @param expressions the expressions that select nested claims, such as {@code [realm_access][roles]}; if there are
 *     any, they replace the name
 */
record RoleClaims(String name, Pattern delimiter, List<Expression> expressions) {

    private static final String DEFAULT_NAME = "roles";
    private static final String DEFAULT_DELIMITER = " ";

    /** The claim {@code roles} holds a list of codes. */
    static final RoleClaims DEFAULT = new RoleClaims(DEFAULT_NAME, Pattern.compile(DEFAULT_DELIMITER), List.of());

    RoleClaims {
        expressions = List.copyOf(expressions);
    }

    /** Returns the claims that the properties name. */
    static RoleClaims of(OAuth2ResourceServerProperties.Jwt jwt) {
        SpelExpressionParser parser = new SpelExpressionParser();
        List<Expression> expressions = new ArrayList<>();
        List<String> configured = jwt.getAuthoritiesClaimExpressions();
        if (configured != null) {
            configured.forEach(expression -> expressions.add(parser.parseExpression(expression)));
        }
        String name = jwt.getAuthoritiesClaimName();
        String delimiter = jwt.getAuthoritiesClaimDelimiter();
        return new RoleClaims(
                name == null ? DEFAULT_NAME : name,
                Pattern.compile(delimiter == null ? DEFAULT_DELIMITER : delimiter),
                expressions);
    }

    /** Returns the roles of a caller with these claims. */
    Set<Role> read(Map<String, Object> claims) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        if (expressions.isEmpty()) {
            addTo(roles::add, claims.get(name));
        }
        EvaluationContext context =
                SimpleEvaluationContext.forReadOnlyDataBinding().build();
        for (Expression expression : expressions) {
            addTo(roles::add, evaluate(expression, context, claims));
        }
        return roles;
    }

    private void addTo(Consumer<Role> roles, @Nullable Object claim) {
        if (claim instanceof Iterable<?> codes) {
            codes.forEach(code -> Role.ofCode(String.valueOf(code)).ifPresent(roles));
        } else if (claim instanceof String text) {
            delimiter.splitAsStream(text).forEach(code -> Role.ofCode(code).ifPresent(roles));
        }
    }

    private static @Nullable Object evaluate(
            Expression expression, EvaluationContext context, Map<String, Object> claims) {
        try {
            return expression.getValue(context, claims);
        } catch (ExpressionException absent) {
            // A token without the claim has no roles from it.
            return null;
        }
    }
}
