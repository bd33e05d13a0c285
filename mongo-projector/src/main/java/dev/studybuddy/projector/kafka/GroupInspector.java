package dev.studybuddy.projector.kafka;

import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.readmodel.Names;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.springframework.stereotype.Component;

/** A group inspector reads the members of generations' consumer groups from the broker. */
@Component
public final class GroupInspector {

    private static final long TIMEOUT_SECONDS = 10;

    private final Admin admin;
    private final ProjectorProperties properties;

    GroupInspector(Admin admin, ProjectorProperties properties) {
        this.admin = admin;
        this.properties = properties;
    }

    /**
     * Returns the names of the instances that serve a generation at present: the client ids of its group's members,
     * without the name of the generation. Throws a {@link KafkaUnavailableException} if no broker responds.
     */
    public Set<String> findInstances(String model, int generation) {
        String suffix = '-' + model + "-g" + generation;
        Set<String> instances = new TreeSet<>();
        for (MemberDescription member : describeMembers(Names.group(properties.groupPrefix(), model, generation))) {
            String clientId = member.clientId();
            instances.add(
                    clientId.endsWith(suffix) ? clientId.substring(0, clientId.length() - suffix.length()) : clientId);
        }
        return instances;
    }

    private List<MemberDescription> describeMembers(String group) {
        try {
            ConsumerGroupDescription description = admin.describeConsumerGroups(List.of(group))
                    .all()
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .get(group);
            return description == null ? List.of() : List.copyOf(description.members());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof GroupIdNotFoundException) {
                return List.of();
            }
            throw new KafkaUnavailableException("the broker did not describe the group " + group, failed);
        } catch (TimeoutException failed) {
            throw new KafkaUnavailableException("the broker did not describe the group " + group, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KafkaUnavailableException("the thread was interrupted", interrupted);
        }
    }
}
