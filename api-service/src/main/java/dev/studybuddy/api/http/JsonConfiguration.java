package dev.studybuddy.api.http;

import dev.studybuddy.contract.EventJson;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JacksonModule;

@Configuration(proxyBeanMethods = false)
class JsonConfiguration {

    /** Writes each instant with six fractional digits of a second, as the events do. */
    @Bean
    JacksonModule microsecondInstants() {
        return EventJson.instants();
    }
}
