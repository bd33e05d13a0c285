package dev.studybuddy.projector.generation;

import dev.studybuddy.projector.mongo.GenerationLimit;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** This configuration bounds the generations of this instance before it connects to MongoDB. */
@Configuration(proxyBeanMethods = false)
class GenerationLimitConfiguration {

    @Bean
    GenerationLimit generationLimit(ReadModelRegistry registry) {
        return new GenerationLimit(registry.maxGenerations());
    }
}
