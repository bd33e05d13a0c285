package dev.studybuddy.api.web;

import dev.studybuddy.contract.EventJson;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JacksonModule;

@Configuration(proxyBeanMethods = false)
class JsonConfiguration {

    /** Instants on this wire look as they do on all others: always six digits of a second. */
    @Bean
    JacksonModule microsecondInstants() {
        return EventJson.instants();
    }
}
