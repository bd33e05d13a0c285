package dev.studybuddy.api.cockroach;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class CockroachConfiguration {

    /**
     * Creates the client for the statements on the pool of the writes. It retries each statement outside a transaction.
     */
    @Bean
    JdbcClient jdbcClient(JdbcTemplate statements, ConflictRetries retries) {
        return JdbcClient.create(RetryingStatements.of(statements, retries));
    }

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
