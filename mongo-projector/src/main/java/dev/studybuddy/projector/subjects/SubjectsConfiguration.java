package dev.studybuddy.projector.subjects;

import dev.studybuddy.projector.readmodel.ReadModel;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** This configuration registers each version of the subjects read model that a generation may use. */
@Configuration(proxyBeanMethods = false)
class SubjectsConfiguration {

    @Bean
    ReadModel subjectsVersion1() {
        return new SubjectsReadModel(1);
    }

    @Bean
    ReadModel subjectsVersion2() {
        return new SubjectsReadModel(2);
    }
}
