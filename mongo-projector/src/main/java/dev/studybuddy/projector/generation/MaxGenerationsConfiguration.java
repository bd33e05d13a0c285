package dev.studybuddy.projector.generation;

import dev.studybuddy.projector.mongo.MaxGenerations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Provides the highest number of generations that this instance serves at a time, for the size of MongoDB's connection
 * pool.
 */
@Configuration(proxyBeanMethods = false)
class MaxGenerationsConfiguration {

    @Bean
    MaxGenerations maxGenerations(ReadModelRegistry registry) {
        return new MaxGenerations(registry.maxGenerations());
    }
}
