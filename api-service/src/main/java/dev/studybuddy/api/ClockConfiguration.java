package dev.studybuddy.api;

import dev.studybuddy.background.MonotonicClock;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ClockConfiguration {

    /** Provides the service's only clock of the date and time, so that tests can move the time. */
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** Provides the service's only clock of elapsed time. */
    @Bean
    MonotonicClock monotonicClock() {
        return MonotonicClock.SYSTEM;
    }
}
