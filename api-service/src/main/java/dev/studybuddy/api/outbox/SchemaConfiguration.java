package dev.studybuddy.api.outbox;

import dev.studybuddy.contract.SchemaDowncaster;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Creates the downcaster to the schemas that this program is able to write. */
@Configuration(proxyBeanMethods = false)
class SchemaConfiguration {

    @Bean
    SchemaDowncaster downcaster() {
        return SchemaDowncaster.PRESENT;
    }
}
