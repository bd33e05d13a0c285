package dev.studybuddy.projector.study;

import dev.studybuddy.projector.readmodel.ReadModel;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** This configuration registers each version of the study read model that a generation may use. */
@Configuration(proxyBeanMethods = false)
class StudyConfiguration {

    @Bean
    ReadModel studyVersion1() {
        return new StudyReadModel(1);
    }

    @Bean
    ReadModel studyVersion2() {
        return new StudyReadModel(2);
    }
}
