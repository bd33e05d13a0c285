package dev.studybuddy.api.cockroach;

import com.zaxxer.hikari.HikariDataSource;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CockroachConfiguration {

    /** Puts the deadline around the pool. Static, since it must be there before the pool is. */
    @Bean
    static BeanPostProcessor deadlineAroundThePool() {
        return new DeadlineAroundThePool();
    }

    private static final class DeadlineAroundThePool implements BeanPostProcessor {
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
            // Nearly every watch is cancelled: don't keep them until they would be due.
            watchdog.setRemoveOnCancelPolicy(true);
            return watchdog;
        }
    }
}
