package dev.studybuddy.publisher.kafka;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;

/**
 * Describes and creates topics. One call covers any number of topics. The result has an answer of its own for each
 * topic, by the name of the topic.
 */
interface TopicAdmin extends AutoCloseable {

    /** Describes the partitions and replicas of topics. */
    Map<String, TopicAnswer<TopicDescription>> describe(Collection<String> topics);

    /** Reads the configurations of topics. */
    Map<String, TopicAnswer<Config>> configs(Collection<String> topics);

    /** Creates topics. An answer is {@code Found} if the brokers created the topic. */
    Map<String, TopicAnswer<Uuid>> create(Collection<NewTopic> topics);

    /**
     * Calls the leader of each partition of new topics, and waits briefly for the answers. A broker names the leaders of
     * a new topic before they serve it, and a broker can refuse a record that is sent too early as out of sequence.
     *
     * @return the call of each topic, which succeeds when each leader has answered, and which may still be running
     */
    Map<String, Future<?>> callLeaders(Collection<String> topics);

    /** Returns whether a broker answers. */
    boolean isReachable();

    @Override
    void close();
}
