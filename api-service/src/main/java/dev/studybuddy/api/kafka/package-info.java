/**
 * This package is the service's access to Kafka. It reads offsets and the times of records, and sends replayed dead
 * letters again. No request of the product, such as a write of a todo, needs Kafka. Each client takes its configuration
 * from the factory of Spring Boot, because that configuration includes the TLS bundle.
 */
@NullMarked
package dev.studybuddy.api.kafka;

import org.jspecify.annotations.NullMarked;
