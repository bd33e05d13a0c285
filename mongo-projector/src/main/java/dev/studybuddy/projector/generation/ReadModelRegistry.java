package dev.studybuddy.projector.generation;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.ReadModelProperties;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.ReadModelLoader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** This registry holds the read models that this instance serves. It checks each of them and rejects conflicts. */
@Component
final class ReadModelRegistry {

    /** Only read models of the first release have generations of version 1, which do not check the schema. */
    private static final int MIN_INSTALLED_VERSION = 2;

    /** A record lists at most an active, a previous and a building generation. */
    private static final int MAX_GENERATIONS_OF_MODEL = 3;

    /**
     * The API serves the report of an installed read model at {@code /api/reports/<name>}. A report of the product has
     * the path {@code /api/reports/analytics}.
     */
    private static final String RESERVED_NAME = "analytics";

    private final List<ServedModel> served;

    ReadModelRegistry(
            List<ReadModel> ofProgram,
            ReadModelProperties installed,
            SchemaUpcaster upcaster,
            ProjectorProperties properties) {
        SortedMap<String, SortedMap<Integer, ReadModel>> models = new TreeMap<>();
        List<ReadModel> all = new ArrayList<>(ofProgram);
        for (ReadModel model : ReadModelLoader.load(installed.folder())) {
            checkInstalled(model);
            all.add(model);
        }
        for (ReadModel model : all) {
            check(model, upcaster.present());
            if (models.computeIfAbsent(model.name(), any -> new TreeMap<>()).put(model.version(), model) != null) {
                throw new IllegalArgumentException(
                        "two classes define version " + model.version() + " of the projection of " + model.name());
            }
        }
        List<String> wanted = properties.projector().models();
        requireKnown("studybuddy.projector.models", wanted, models.keySet());
        Map<String, Integer> versions = properties.projector().versions();
        requireKnown("studybuddy.projector.versions", versions.keySet(), models.keySet());
        served = models.entrySet().stream()
                .filter(model -> wanted.isEmpty() || wanted.contains(model.getKey()))
                .map(model -> createServed(
                        model.getKey(),
                        ofSchema(upcaster.present(), model.getKey(), model.getValue()),
                        versions.get(model.getKey())))
                .toList();
    }

    /** Returns the read models that this instance serves, in the order of their names. */
    List<ServedModel> served() {
        return served;
    }

    /** Returns the highest number of generations that this instance serves at a time. */
    int maxGenerations() {
        return MAX_GENERATIONS_OF_MODEL * served.size();
    }

    /**
     * Returns the versions of a projection whose mirrors hold values of a schema. This instance does not serve the
     * other versions, because it stores values of this schema only, and a generation must not hold values of two
     * schemas.
     */
    private static SortedMap<Integer, ReadModel> ofSchema(
            int schema, String name, SortedMap<Integer, ReadModel> versions) {
        SortedMap<Integer, ReadModel> readable = new TreeMap<>(versions);
        readable.values().removeIf(model -> model.schema() != schema);
        if (readable.isEmpty()) {
            throw new IllegalArgumentException("the projection of " + name + " has no version for schema " + schema
                    + ", which this instance reads; a new schema needs a new version of each projection");
        }
        return readable;
    }

    private static ServedModel createServed(
            String name, SortedMap<Integer, ReadModel> versions, @Nullable Integer configured) {
        if (configured != null && !versions.containsKey(configured)) {
            throw new IllegalArgumentException("studybuddy.projector.versions." + name + " is " + configured
                    + "; the versions of this projection are " + versions.keySet());
        }
        return new ServedModel(versions, configured == null ? versions.lastKey() : configured);
    }

    private static void requireKnown(String property, Collection<String> named, Set<String> known) {
        for (String name : named) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        property + " names " + name + "; the read models are " + String.join(", ", known));
            }
        }
    }

    private static void checkInstalled(ReadModel model) {
        if (model.version() < MIN_INSTALLED_VERSION) {
            throw new IllegalArgumentException("the projection of the installed read model " + model.name()
                    + " has version " + model.version() + "; its first version must be " + MIN_INSTALLED_VERSION
                    + ", because version 1 decodes records by the rules of the first release");
        }
    }

    private static void check(ReadModel model, int presentSchema) {
        String name = model.name();
        // With an underscore in a name, two models could have collections of the same name.
        if (!name.matches("[a-z]{1,20}")) {
            throw new IllegalArgumentException(
                    "the name of a read model must be 1 to 20 lower-case letters, not " + name);
        }
        if (name.equals(RESERVED_NAME)) {
            throw new IllegalArgumentException("the name of a read model must not be " + RESERVED_NAME
                    + ", because the product serves its own report at /api/reports/" + RESERVED_NAME);
        }
        if (model.version() < model.schema() || model.schema() < 1 || model.schema() > presentSchema) {
            throw new IllegalArgumentException("version " + model.version() + " of the projection of " + name
                    + " holds values of schema " + model.schema() + "; the schema must be from 1 to " + presentSchema
                    + ", which this instance reads, and at most the version");
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
        checkCollections(model);
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

    /**
     * Checks the names of a read model's collections. Other programs derive these names, so they would not find the
     * data of a read model with other names.
     */
    private static void checkCollections(ReadModel model) {
        checkCollection(model, model.rollups(), Names.rollups(model.name()));
        for (AggregateType type : model.reads()) {
            checkCollection(model, model.mirrors(type), Names.mirrors(model.name(), type));
        }
    }

    private static void checkCollection(ReadModel model, String collection, String derived) {
        if (!collection.equals(derived)) {
            throw new IllegalArgumentException("read model " + model.name() + " names a collection " + collection
                    + "; its name must be " + derived + ", so the read model must not override rollups() or mirrors()");
        }
    }
}
