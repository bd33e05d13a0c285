package dev.studybuddy.api;

import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ClockConfiguration {

    /** Provides the only clock of the service, so that tests can move the time. */
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
