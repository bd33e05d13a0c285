package dev.studybuddy.api.sse;

import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Excludes streams from the durations of requests, because a stream that works well lasts for minutes. */
@Configuration(proxyBeanMethods = false)
class StreamMetrics {

    private static final Set<String> STREAMS = Set.of("/api/stream", "/api/admin/stream");

    @Bean
    static MeterFilter durationsWithoutStreams() {
        return MeterFilter.deny(meter -> meter.getName().equals("http.server.requests")
                && STREAMS.contains(String.valueOf(meter.getTag("uri"))));
    }
}
