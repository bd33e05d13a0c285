package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class ForwardedAddressCheckTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(ForwardedAddressCheck.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final ForwardedAddressCheck check = new ForwardedAddressCheck();

    @BeforeEach
    void record() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
    }

    @Test
    void aForwardedAddressIsReportedOnce() throws Exception {
        send(new MockHttpServletRequest());
        assertThat(log.list).isEmpty();

        for (int sent = 0; sent < 2; sent++) {
            MockHttpServletRequest forwarded = new MockHttpServletRequest();
            forwarded.addHeader("X-Forwarded-For", "203.0.113.7");
            send(forwarded);
        }

        assertThat(log.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getFormattedMessage()).contains("server.forward-headers-strategy");
        });
    }

    private void send(MockHttpServletRequest request) throws Exception {
        MockFilterChain chain = new MockFilterChain();
        check.doFilter(request, new MockHttpServletResponse(), chain);
        assertThat(chain.getRequest()).isSameAs(request);
    }
}
