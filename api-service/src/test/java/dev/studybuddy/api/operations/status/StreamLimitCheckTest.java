package dev.studybuddy.api.operations.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.sse.StreamProperties;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class StreamLimitCheckTest {

    private final ApplicationContextRunner program = new ApplicationContextRunner()
            .withUserConfiguration(Settings.class)
            .withPropertyValues("studybuddy.streams.max-streams=70", "studybuddy.console.max-streams=30");

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({StreamProperties.class, ConsoleProperties.class})
    @Import(StreamLimitCheck.class)
    static class Settings {}

    @Test
    void streamsThatCouldUseAllConnectionsPreventTheStart() {
        program.withPropertyValues("server.tomcat.max-connections=100")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage(
                                "studybuddy.streams.max-streams and studybuddy.console.max-streams must together be below"
                                        + " server.tomcat.max-connections, which is 100, but they are 100"));
    }

    @Test
    void streamsThatLeaveAConnectionPermitTheStart() {
        program.withPropertyValues("server.tomcat.max-connections=101")
                .run(context -> assertThat(context).hasNotFailed());
        program.withPropertyValues("server.tomcat.max-connections=-1")
                .run(context -> assertThat(context).hasNotFailed());
    }
}
