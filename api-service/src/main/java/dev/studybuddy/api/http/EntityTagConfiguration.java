package dev.studybuddy.api.http;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

@Configuration(proxyBeanMethods = false)
class EntityTagConfiguration {

    /** Adds a weak entity tag to each report, and answers with 304 if the client already has that report. */
    @Bean
    FilterRegistrationBean<ShallowEtagHeaderFilter> reportTags() {
        ShallowEtagHeaderFilter filter = new ShallowEtagHeaderFilter();
        filter.setWriteWeakETag(true);
        FilterRegistrationBean<ShallowEtagHeaderFilter> registration = new FilterRegistrationBean<>(filter);
        registration.addUrlPatterns("/api/reports/*");
        return registration;
    }
}
