package dev.studybuddy.projector.generation;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.readmodel.ReadModel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.stereotype.Component;

/** This registry holds the read models that this instance serves. It checks each of them and rejects conflicts. */
@Component
final class ReadModelRegistry {

    private final List<ReadModel> served;

    ReadModelRegistry(List<ReadModel> all, ProjectorProperties properties) {
        Set<String> names = new TreeSet<>();
        for (ReadModel model : all) {
            check(model);
            if (!names.add(model.name())) {
                throw new IllegalArgumentException("two read models have the name " + model.name());
            }
        }
        List<String> wanted = properties.projector().models();
        for (String name : wanted) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "studybuddy.projector.models names " + name + "; there are " + String.join(", ", names));
            }
        }
        served = all.stream()
                .filter(model -> wanted.isEmpty() || wanted.contains(model.name()))
                .toList();
    }

    /** Returns the read models that this instance serves. */
    List<ReadModel> served() {
        return served;
    }

    private static void check(ReadModel model) {
        String name = model.name();
        // With an underscore in a name, the collections of two models could be confused.
        if (!name.matches("[a-z]{1,20}")) {
            throw new IllegalArgumentException(
                    "the name of a read model must be 1 to 20 lower-case letters, not " + name);
        }
        if (model.version() < AggregateType.SCHEMA_VERSION) {
            throw new IllegalArgumentException("the version of read model " + name + " is " + model.version()
                    + "; it must be at least the schema version, " + AggregateType.SCHEMA_VERSION);
        }
        Set<Character> initials = new HashSet<>();
        for (AggregateType type : model.reads()) {
            if (!initials.add(type.code().charAt(0))) {
                throw new IllegalArgumentException("read model " + name + " reads two types that start with "
                        + type.code().charAt(0) + "; the first letter must be unique, because it names watermarks");
            }
        }
        if (initials.isEmpty()) {
            throw new IllegalArgumentException("read model " + name + " must read at least one type");
        }
        for (ReadModel.Index index : model.indexes()) {
            boolean own = index.collection().equals(model.rollups())
                    || model.reads().stream()
                            .anyMatch(type -> index.collection().equals(model.mirrors(type)));
            if (!own) {
                throw new IllegalArgumentException("read model " + name + " declares an index of " + index.collection()
                        + "; it may only declare indexes of its own collections");
            }
        }
    }
}
