package dev.studybuddy.api.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Logs a warning at the first request with the header {@code X-Forwarded-For}, if the service takes the addresses of
 * callers from the connections. Behind a proxy, all callers then share one address.
 */
final class ForwardedAddressCheck extends OncePerRequestFilter {

    private static final Logger LOG = LoggerFactory.getLogger(ForwardedAddressCheck.class);

    private final AtomicBoolean reported = new AtomicBoolean();

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!reported.get() && request.getHeader("X-Forwarded-For") != null && reported.compareAndSet(false, true)) {
            LOG.atWarn()
                    .addKeyValue("address", request.getRemoteAddr())
                    .log("A request has the header X-Forwarded-For, but server.forward-headers-strategy is none. If a"
                            + " proxy sent this request, all its callers share one address and its limits; set the"
                            + " property to native and server.tomcat.remoteip.internal-proxies to the proxies");
        }
        chain.doFilter(request, response);
    }
}
