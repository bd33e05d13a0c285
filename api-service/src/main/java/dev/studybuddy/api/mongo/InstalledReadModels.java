package dev.studybuddy.api.mongo;

import static java.util.Comparator.comparingInt;

import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.ReadModelLoader;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Holds the read models of the jars in the folder {@code studybuddy.read-models.folder}, for verifies and reports. */
@Component
public final class InstalledReadModels {

    private final List<ReadModel> models;

    InstalledReadModels(ReadModelProperties properties) {
        this.models = ReadModelLoader.load(properties.folder());
    }

    /** Returns the read model with this name whose projection has this version, or empty if no jar contains it. */
    public Optional<ReadModel> find(String name, int version) {
        return models.stream()
                .filter(model -> model.name().equals(name) && model.version() == version)
                .findFirst();
    }

    /**
     * Returns the read model with this name whose projection has the highest version, or empty if no jar contains one.
     */
    public Optional<ReadModel> findNewest(String name) {
        return models.stream().filter(model -> model.name().equals(name)).max(comparingInt(ReadModel::version));
    }
}
