package dev.studybuddy.api.stream;

import io.micrometer.core.instrument.config.MeterFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Excludes streams from the durations of requests, because a stream that works well lasts for minutes. */
@Configuration(proxyBeanMethods = false)
class StreamMetrics {

    @Bean
    static MeterFilter durationsWithoutStreams() {
        return MeterFilter.deny(
                meter -> meter.getName().equals("http.server.requests") && "/api/stream".equals(meter.getTag("uri")));
    }
}
