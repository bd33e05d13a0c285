package dev.studybuddy.api.cockroach;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CockroachConfiguration {

    /**
     * Wraps the connection pool in a {@link DeadlineDataSource}. The method is static, so that Spring creates the
     * processor before the pool.
     */
    @Bean
    static BeanPostProcessor deadlinePostProcessor() {
        return new DeadlinePostProcessor();
    }

    private static final class DeadlinePostProcessor implements BeanPostProcessor {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            return bean instanceof HikariDataSource pool ? new DeadlineDataSource(pool) : bean;
        }
    }
}
