package dev.studybuddy.api.access;

import dev.studybuddy.api.admission.ReadLimiterFilter;
import dev.studybuddy.api.admission.ReadLimiters;
import jakarta.servlet.DispatcherType;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.resource.OAuth2ResourceServerConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.header.HeaderWriterFilter;

/**
 * Configures the role that each endpoint requires. An endpoint that has no rule here requires a caller with the role
 * {@code user} or {@code admin}.
 */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

    private static final String ADMIN = Role.ADMIN.name();
    private static final String USER = Role.USER.name();
    private static final String OPERATOR_READ = Role.OPERATOR_READ.name();

    private static final String[] OPERATIONS = {"/api/admin/**", "/api/backup/**"};

    private static final String[] CONSOLE = {"/", "/favicon.ico", "/console", "/console/**"};

    /** These operations serve personal data, which the role {@code operator-read} may not read. */
    private static final String[] PERSONAL_OPERATIONS = {"/api/admin/users", "/api/admin/users/**"};

    /**
     * Turns off the observations of each security filter. They took 12 % of the samples in a profile of writes, and no
     * dashboard shows them.
     */
    @Bean
    SecurityObservationSettings securityObservations() {
        return SecurityObservationSettings.noObservations();
    }

    @Bean
    TokenRules tokenRules(AccessProperties access, OAuth2ResourceServerProperties resourceServer) {
        return TokenRules.of(access, resourceServer.getJwt());
    }

    @Bean
    TokenDecoder jwtDecoder(
            TokenRules rules,
            AccessProperties access,
            OAuth2ResourceServerProperties resourceServer,
            SigningKeys keys) {
        return TokenDecoder.of(rules, access, resourceServer.getJwt(), keys);
    }

    /**
     * Permits all requests to the metrics and probes on the management port. In mode {@code open}, their Host header
     * must name this machine, as on the port of the API.
     */
    @Bean
    @Order(1)
    SecurityFilterChain management(HttpSecurity http, ObjectProvider<OpenModeFilter> openMode) {
        openMode.ifAvailable(filter -> http.addFilterBefore(filter, AuthorizationFilter.class));
        return http.securityMatcher(EndpointRequest.toAnyEndpoint())
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(AbstractHttpConfigurer::disable)
                .build();
    }

    /** Requires the role of the endpoint for each request to the REST interface. */
    @Bean
    @Order(2)
    SecurityFilterChain api(
            HttpSecurity http,
            AccessProperties properties,
            RateLimitProperties limits,
            CallerConverter callers,
            ReadLimiters readLimiters,
            ServerProperties server,
            ObjectProvider<OpenModeFilter> openMode) {
        boolean open = properties.mode() == AccessProperties.Mode.OPEN;
        if (open != (openMode.getIfAvailable() != null)) {
            throw new IllegalStateException("the filter of mode open must exist in mode open, and only in this mode");
        }
        InvalidTokenFilter invalidTokens = new InvalidTokenFilter(limits);
        AccessProblems problems = new AccessProblems(invalidTokens);
        http.authorizeHttpRequests(AccessConfiguration::requireRoles)
                .oauth2ResourceServer(tokens -> acceptTokens(tokens, callers, problems))
                .exceptionHandling(
                        errors -> errors.authenticationEntryPoint(problems).accessDeniedHandler(problems))
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                // The API uses no cookies, so a browser attaches no credentials on its own. In mode jwt, cross-site
                // request forgery (CSRF) therefore has no effect. In mode open, a request needs no credentials, and
                // OriginFilter rejects the requests of foreign pages.
                .csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                // OriginFilter runs earlier and adds the CORS headers, so that a page of another origin can read a
                // rejection by these filters.
                .addFilterAfter(new ReadLimiterFilter(readLimiters), HeaderWriterFilter.class)
                .addFilterBefore(invalidTokens, BearerTokenAuthenticationFilter.class)
                .addFilterBefore(new RateLimitFilter(limits), AuthorizationFilter.class);
        if (server.getForwardHeadersStrategy() == ServerProperties.ForwardHeadersStrategy.NONE) {
            http.addFilterBefore(new ForwardedAddressCheck(), BearerTokenAuthenticationFilter.class);
        }
        if (open) {
            http.addFilterBefore(new DemoUserFilter(), BearerTokenAuthenticationFilter.class);
        }
        return http.build();
    }

    private static void requireRoles(
            AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry requests) {
        requests.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.FORWARD)
                .permitAll()
                .requestMatchers("/health", "/openapi", "/openapi/**")
                .permitAll()
                .requestMatchers(PERSONAL_OPERATIONS)
                .hasRole(ADMIN)
                .requestMatchers(HttpMethod.GET, OPERATIONS)
                .hasAnyRole(ADMIN, OPERATOR_READ)
                .requestMatchers(HttpMethod.HEAD, OPERATIONS)
                .hasAnyRole(ADMIN, OPERATOR_READ)
                .requestMatchers(OPERATIONS)
                .hasRole(ADMIN)
                .requestMatchers(HttpMethod.GET, "/api/health/**")
                .hasAnyRole(USER, ADMIN, OPERATOR_READ)
                .requestMatchers(HttpMethod.HEAD, "/api/health/**")
                .hasAnyRole(USER, ADMIN, OPERATOR_READ)
                .requestMatchers(HttpMethod.GET, CONSOLE)
                .permitAll()
                .requestMatchers(HttpMethod.HEAD, CONSOLE)
                .permitAll()
                .anyRequest()
                .hasAnyRole(USER, ADMIN);
    }

    private static void acceptTokens(
            OAuth2ResourceServerConfigurer<HttpSecurity> tokens, CallerConverter callers, AccessProblems problems) {
        tokens.jwt(jwt -> jwt.jwtAuthenticationConverter(callers))
                .authenticationEntryPoint(problems)
                .accessDeniedHandler(problems)
                .withObjectPostProcessor(new ObjectPostProcessor<BearerTokenAuthenticationFilter>() {
                    @Override
                    public <F extends BearerTokenAuthenticationFilter> F postProcess(F filter) {
                        filter.setAuthenticationFailureHandler(problems);
                        return filter;
                    }
                });
    }
}
