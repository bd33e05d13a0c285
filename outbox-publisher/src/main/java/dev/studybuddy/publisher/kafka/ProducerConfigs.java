package dev.studybuddy.publisher.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Derives the configuration of each producer from a common one. The publisher has one producer for the rows that are
 * sent alone, one for chains, and one for isolated rows.
 */
public final class ProducerConfigs {

    private final Map<String, Object> single;
    private final Map<String, Object> chains;
    private final Map<String, Object> isolated;
    private final long bufferBytes;

    /**
     * Checks the configurations. A producer is created at its first send, and if its configuration were invalid, no
     * send would ever succeed.
     *
     * @param single the configuration of the producer for rows that are sent alone
     * @throws IllegalArgumentException if a value is invalid; the message names the setting
     */
    public ProducerConfigs(Map<String, Object> single) {
        this.single = new HashMap<>(single);
        this.chains = withName(single, "-chains");
        this.isolated = withName(single, "-isolated");
        this.bufferBytes = parse(this.single).getLong(ProducerConfig.BUFFER_MEMORY_CONFIG);
        List.of(chains, isolated).forEach(ProducerConfigs::parse);
    }

    private static Map<String, Object> withName(Map<String, Object> config, String suffix) {
        Map<String, Object> named = new HashMap<>(config);
        named.computeIfPresent(ProducerConfig.CLIENT_ID_CONFIG, (key, id) -> id + suffix);
        return named;
    }

    private static AbstractConfig parse(Map<String, Object> config) {
        Map<String, Object> complete = new HashMap<>(config);
        complete.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        complete.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        try {
            return new AbstractConfig(ProducerConfig.configDef(), complete, false);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(
                    "The settings of the Kafka producer (spring.kafka.producer and publisher.kafka) are invalid: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Returns the number of bytes in which one producer buffers the records that the broker has not acknowledged. */
    public long bufferBytes() {
        return bufferBytes;
    }

    Map<String, Object> single() {
        return single;
    }

    Map<String, Object> chains() {
        return chains;
    }

    Map<String, Object> isolated() {
        return isolated;
    }
}
