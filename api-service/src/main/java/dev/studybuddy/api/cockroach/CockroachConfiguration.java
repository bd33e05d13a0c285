package dev.studybuddy.api.cockroach;

import com.zaxxer.hikari.HikariDataSource;
import java.util.concurrent.ScheduledThreadPoolExecutor;
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
            return bean instanceof HikariDataSource pool ? new DeadlineDataSource(pool, watchdog()) : bean;
        }

        private static ScheduledThreadPoolExecutor watchdog() {
            ScheduledThreadPoolExecutor watchdog = new ScheduledThreadPoolExecutor(1, task -> {
                Thread thread = new Thread(task, "deadline-watchdog");
                thread.setDaemon(true);
                return thread;
            });
            // Nearly every task is cancelled. Without this policy, the queue would keep cancelled tasks until they are
            // due.
            watchdog.setRemoveOnCancelPolicy(true);
            return watchdog;
        }
    }
}
