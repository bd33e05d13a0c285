package dev.studybuddy.projector.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.ReadModelProperties;
import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.ReadModel;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ReadModelRegistryTest {

    private static final ReadModelProperties NOTHING_INSTALLED = new ReadModelProperties(null);

    private final List<ReadModel> models =
            List.of(new Model("first", 1), new Model("second", 3), new Model("first", 2));

    @Test
    void theHighestVersionIsThePresentOne() {
        List<ServedModel> served = new ReadModelRegistry(models, NOTHING_INSTALLED, properties(Map.of())).served();

        assertThat(served).extracting(ServedModel::name).containsExactly("first", "second");
        assertThat(served.getFirst().present()).isSameAs(models.get(2));
        assertThat(served.getFirst().ofVersion(1)).isSameAs(models.get(0));
        assertThat(served.getFirst().ofVersion(3)).isNull();
    }

    @Test
    void aPropertyChoosesAnEarlierVersionAndKeepsTheOthers() {
        ServedModel served = new ReadModelRegistry(
                        models, NOTHING_INSTALLED, properties(Map.of("studybuddy.projector.versions.first", "1")))
                .served()
                .getFirst();

        assertThat(served.present()).isSameAs(models.get(0));
        assertThat(served.ofVersion(2)).isSameAs(models.get(2));
    }

    @Test
    void aVersionThatTheModelLacksIsRejected() {
        assertThatThrownBy(() -> new ReadModelRegistry(
                        models, NOTHING_INSTALLED, properties(Map.of("studybuddy.projector.versions.first", "3"))))
                .hasMessage("studybuddy.projector.versions.first is 3; the versions of this read model are [1, 2]");
    }

    @Test
    void aVersionOfAnUnknownModelIsRejected() {
        assertThatThrownBy(() -> new ReadModelRegistry(
                        models, NOTHING_INSTALLED, properties(Map.of("studybuddy.projector.versions.third", "1"))))
                .hasMessage("studybuddy.projector.versions names third; there are first, second");
    }

    @Test
    void twoModelsOfOneNameAndVersionAreRejected() {
        List<ReadModel> conflict = List.of(new Model("first", 1), new Model("first", 1));

        assertThatThrownBy(() -> new ReadModelRegistry(conflict, NOTHING_INSTALLED, properties(Map.of())))
                .hasMessage("two read models have the name first and the version 1");
    }

    private static ProjectorProperties properties(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("studybuddy", ProjectorProperties.class);
    }

    private record Model(String name, int version) implements ReadModel {

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
}
