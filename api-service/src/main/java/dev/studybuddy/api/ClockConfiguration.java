package dev.studybuddy.api;

import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ClockConfiguration {

    /** The one clock; tests move it. */
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
