package dev.studybuddy.projector.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoException;
import dev.studybuddy.projector.mongo.SlowIndexDatabase;
import dev.studybuddy.readmodel.JournalFields;
import dev.studybuddy.readmodel.ReadModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IndexCreatorTest {

    private final IndexDifferences differences = new IndexDifferences(new SimpleMeterRegistry());

    @ParameterizedTest
    @MethodSource("dev.studybuddy.projector.mongo.SlowIndexDatabase#failures")
    void anIndexThatMongoDbBuildsForLongIsReportedAndDelaysNoOther(MongoException failure) {
        SlowIndexDatabase mongo = new SlowIndexDatabase(failure);
        IndexCreator indexes = new IndexCreator(mongo.database(), differences);
        ReadModel model = modelWithIndexes("by_user", "by_subject");

        assertThatThrownBy(() -> indexes.createAll(model, 1)).isSameAs(failure);

        assertThat(mongo.requestedIndexes()).containsExactly("by_user", "by_subject", JournalFields.POSITIONS_INDEX);
        assertThat(differences.describe())
                .singleElement()
                .asString()
                .startsWith("study-g1: the index by_user of todos_g1 is being built or missing");

        indexes.createAll(model, 1);

        assertThat(differences.describe()).isEmpty();
    }

    /** Returns a read model with a name and with indexes of its todos. It supports nothing else. */
    private static ReadModel modelWithIndexes(String... names) {
        List<ReadModel.Index> indexes = Stream.of(names)
                .map(name -> new ReadModel.Index("todos", name, List.of(new ReadModel.Field(name, false))))
                .toList();
        return (ReadModel) Proxy.newProxyInstance(
                IndexCreatorTest.class.getClassLoader(),
                new Class<?>[] {ReadModel.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "name" -> "study";
                    case "indexes" -> indexes;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
