package dev.studybuddy.projector.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.ReadModelProperties;
import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.ReadModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ReadModelRegistryTest {

    private static final ReadModelProperties NOTHING_INSTALLED = new ReadModelProperties(null);

    private final List<ReadModel> models =
            List.of(new Model("first", 1), new Model("second", 3), new Model("first", 2));

    @Test
    void theHighestVersionIsThePresentOne() {
        List<ServedModel> served = registry(models, Map.of()).served();

        assertThat(served).extracting(ServedModel::name).containsExactly("first", "second");
        assertThat(served.getFirst().present()).isSameAs(models.get(2));
        assertThat(served.getFirst().ofVersion(1)).isSameAs(models.get(0));
        assertThat(served.getFirst().ofVersion(3)).isNull();
    }

    @Test
    void aPropertyChoosesAnEarlierVersionAndKeepsTheOthers() {
        ServedModel served = registry(models, Map.of("studybuddy.projector.versions.first", "1"))
                .served()
                .getFirst();

        assertThat(served.present()).isSameAs(models.get(0));
        assertThat(served.ofVersion(2)).isSameAs(models.get(2));
    }

    @Test
    void aVersionThatTheModelLacksIsRejected() {
        assertThatThrownBy(() -> registry(models, Map.of("studybuddy.projector.versions.first", "3")))
                .hasMessage("studybuddy.projector.versions.first is 3; the versions of this projection are [1, 2]");
    }

    @Test
    void aVersionOfAnUnknownModelIsRejected() {
        assertThatThrownBy(() -> registry(models, Map.of("studybuddy.projector.versions.third", "1")))
                .hasMessage("studybuddy.projector.versions names third; the read models are first, second");
    }

    @Test
    void twoModelsOfOneNameAndVersionAreRejected() {
        List<ReadModel> conflict = List.of(new Model("first", 1), new Model("first", 1));

        assertThatThrownBy(() -> registry(conflict, Map.of()))
                .hasMessage("two classes define version 1 of the projection of first");
    }

    @Test
    void aReadModelWithTheNameOfAReportOfTheProductIsRejected() {
        List<ReadModel> reserved = List.of(new Model("analytics", 2));

        assertThatThrownBy(() -> registry(reserved, Map.of()))
                .hasMessage("the name of a read model must not be analytics, because the product serves its own report"
                        + " at /api/reports/analytics");
    }

    @Test
    void aReadModelWithCollectionsOfOtherNamesIsRejected() {
        assertThatThrownBy(() -> registry(List.of(new OtherCollections("todos", "second_totals")), Map.of()))
                .hasMessage("read model first names a collection second_totals; its name must be first_totals, so the"
                        + " read model must not override rollups() or mirrors()");
        assertThatThrownBy(() -> registry(List.of(new OtherCollections("todos", "first_totals")), Map.of()))
                .hasMessage("read model first names a collection todos; its name must be first_todos, so the read"
                        + " model must not override rollups() or mirrors()");
        assertThat(registry(List.of(new OtherCollections("first_todos", "first_totals")), Map.of())
                        .served())
                .hasSize(1);
    }

    @Test
    void onlyVersionsOfTheNewestSchemaAreServed() {
        List<ReadModel> both = List.of(new Model("first", 1), new Model("first", 2, 2));
        SchemaUpcaster second = new SchemaUpcaster(
                2, List.of(new SchemaUpcaster.Step(AggregateType.TODO, 1, UnaryOperator.identity())));

        ServedModel served = new ReadModelRegistry(both, NOTHING_INSTALLED, second, properties(Map.of()))
                .served()
                .getFirst();

        assertThat(served.present()).isSameAs(both.get(1));
        assertThat(served.ofVersion(1)).isNull();
        assertThatThrownBy(() -> new ReadModelRegistry(models, NOTHING_INSTALLED, second, properties(Map.of())))
                .hasMessageStartingWith("the projection of first has no version for schema 2");
        assertThatThrownBy(() -> registry(both, Map.of()))
                .hasMessageStartingWith("version 2 of the projection of first holds values of schema 2");
    }

    @Test
    void anInstalledReadModelOfVersionOneIsRejected(@TempDir Path folder) throws IOException {
        install(folder, Installed.class);

        assertThatThrownBy(() -> new ReadModelRegistry(
                        models, new ReadModelProperties(folder), SchemaUpcaster.PRESENT, properties(Map.of())))
                .hasMessage("the projection of the installed read model installed has version 1; its first version must"
                        + " be 2, because version 1 decodes records by the rules of the first release");
    }

    @Test
    void eachServedReadModelHasAtMostThreeGenerations(@TempDir Path folder) throws IOException {
        assertThat(registry(models, Map.of()).maxGenerations()).isEqualTo(6);
        assertThat(registry(models, Map.of("studybuddy.projector.models", "first"))
                        .maxGenerations())
                .isEqualTo(3);

        install(folder, InstalledLater.class);

        assertThat(new ReadModelRegistry(
                                models, new ReadModelProperties(folder), SchemaUpcaster.PRESENT, properties(Map.of()))
                        .maxGenerations())
                .isEqualTo(9);
    }

    private static void install(Path folder, Class<? extends ReadModel> model) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve("installed.jar")))) {
            jar.putNextEntry(new JarEntry("META-INF/services/" + ReadModel.class.getName()));
            jar.write(model.getName().getBytes(UTF_8));
            jar.closeEntry();
        }
    }

    private static ReadModelRegistry registry(List<ReadModel> models, Map<String, String> settings) {
        return new ReadModelRegistry(models, NOTHING_INSTALLED, SchemaUpcaster.PRESENT, properties(settings));
    }

    private static ProjectorProperties properties(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("studybuddy", ProjectorProperties.class);
    }

    /** A jar in the folder of installed read models names this class. Its version 1 is rejected. */
    public static class Installed implements ReadModel {

        @Override
        public String name() {
            return "installed";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Set<AggregateType> reads() {
            return EnumSet.of(AggregateType.TODO);
        }

        @Override
        public void contribute(AmountSink sums, AggregateState state, int factor) {}

        @Override
        public List<Index> indexes() {
            return List.of();
        }
    }

    /** A jar in the folder of installed read models names this class. Its version 2 is accepted. */
    public static final class InstalledLater extends Installed {

        @Override
        public int version() {
            return 2;
        }
    }

    private record Model(String name, int version, int schema) implements ReadModel {

        Model(String name, int version) {
            this(name, version, 1);
        }

        @Override
        public Set<AggregateType> reads() {
            return EnumSet.of(AggregateType.TODO);
        }

        @Override
        public void contribute(AmountSink sums, AggregateState state, int factor) {}

        @Override
        public List<Index> indexes() {
            return List.of();
        }
    }

    /** This read model names its collections itself. */
    private record OtherCollections(String mirrors, String rollups) implements ReadModel {

        @Override
        public String name() {
            return "first";
        }

        @Override
        public int version() {
            return 2;
        }

        @Override
        public Set<AggregateType> reads() {
            return EnumSet.of(AggregateType.TODO);
        }

        @Override
        public String mirrors(AggregateType type) {
            return mirrors;
        }

        @Override
        public void contribute(AmountSink sums, AggregateState state, int factor) {}

        @Override
        public List<Index> indexes() {
            return List.of();
        }
    }
}
