package dev.studybuddy.api.access;

import jakarta.servlet.DispatcherType;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;

/**
 * Configures the role that each endpoint requires. An endpoint that has no rule here requires a token with any role.
 */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

    private static final String ADMIN = Role.ADMIN.name();
    private static final String USER = Role.USER.name();

    @Bean
    JwtDecoder jwtDecoder(AccessProperties properties, SigningKeys keys) {
        return TokenDecoders.of(properties, keys);
    }

    /** Permits all requests to the metrics and probes on the management port. */
    @Bean
    @Order(1)
    SecurityFilterChain management(HttpSecurity http) {
        return http.securityMatcher(EndpointRequest.toAnyEndpoint())
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(AbstractHttpConfigurer::disable)
                .build();
    }

    /** Requires the role of the endpoint for each request to the REST interface. */
    @Bean
    @Order(2)
    SecurityFilterChain api(HttpSecurity http, AccessProperties properties, RateLimits limits) {
        AccessProblems problems = new AccessProblems();
        http.authorizeHttpRequests(
                        requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.FORWARD)
                                .permitAll()
                                .requestMatchers("/health", "/openapi", "/openapi/**")
                                .permitAll()
                                .requestMatchers("/api/admin/**", "/api/backup/**")
                                .hasRole(ADMIN)
                                .requestMatchers(HttpMethod.GET, "/", "/favicon.ico")
                                .permitAll()
                                .anyRequest()
                                .hasAnyRole(USER, ADMIN))
                .oauth2ResourceServer(tokens -> tokens.jwt(
                                jwt -> jwt.jwtAuthenticationConverter(CallerAuthentication::of))
                        .authenticationEntryPoint(problems)
                        .accessDeniedHandler(problems)
                        .withObjectPostProcessor(new ObjectPostProcessor<BearerTokenAuthenticationFilter>() {
                            @Override
                            public <F extends BearerTokenAuthenticationFilter> F postProcess(F filter) {
                                filter.setAuthenticationFailureHandler(problems);
                                return filter;
                            }
                        }))
                .exceptionHandling(
                        errors -> errors.authenticationEntryPoint(problems).accessDeniedHandler(problems))
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                // Browsers send no credentials on their own, because the API uses no cookies, so a forged request has
                // no
                // authority. In mode open, OpenMode checks the Origin header.
                .csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .addFilterBefore(limits, AuthorizationFilter.class);
        if (properties.mode() == AccessProperties.Mode.OPEN) {
            http.addFilterBefore(new DemoUserFilter(), BearerTokenAuthenticationFilter.class);
        }
        return http.build();
    }
}
