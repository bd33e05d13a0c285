package de.bwaldvogel.mongo.backend.h2;

import static org.assertj.core.api.Assertions.assertThat;

import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;

class IndexesTest {

    @Test
    void theIdIndexServesEveryFilterThatHasAnId() {
        try (MVStore store = MVStore.open(null)) {
            IdIndex index = new IdIndex(
                    store.openMap("ids"),
                    store.openMap("documents"),
                    "_id_",
                    List.of(new IndexKey("_id", true)),
                    false);
            Document condition = new Document("version", new Document("$lt", 3));

            assertThat(index.canHandle(new Document("_id", "a"))).isTrue();
            assertThat(index.canHandle(new Document("_id", "a").append("version", condition.get("version"))))
                    .isTrue();
            assertThat(index.canHandle(new Document("$and", List.of(new Document("_id", "a"), condition))))
                    .isTrue();
            assertThat(index.canHandle(new Document("_id", new Document("$in", List.of("a", "b"))).append("x", 1)))
                    .isTrue();
            assertThat(index.canHandle(condition)).isFalse();
            assertThat(index.canHandle(new Document("_id", new Document("$gt", "a"))))
                    .isFalse();
        }
    }

    @Test
    void theSecondaryIndexServesEqualityOfTextsOnItsFirstKeyOnly() {
        SecondaryIndex<Integer> index =
                new SecondaryIndex<>("by_period", List.of(new IndexKey("period", true), new IndexKey("kind", true)));
        add(index, "a", "all", 1);
        add(index, "b", "2026", 2);
        add(index, "c", List.of("all", "x"), 3);
        add(index, "d", 7, 4);

        assertThat(index.getPositions(new Document("period", "all"))).containsExactly(3, 1);
        assertThat(index.getPositions(new Document("period", new Document("$in", List.of("all", "2026")))))
                .containsExactly(3, 1, 2);
        assertThat(index.canHandle(new Document("period", 7))).isFalse();
        assertThat(index.canHandle(new Document("period", new Document("$ne", "all"))))
                .isFalse();
        assertThat(index.canHandle(new Document("kind", "user"))).isFalse();
    }

    private static void add(SecondaryIndex<Integer> index, String id, Object period, int position) {
        index.add(new Document("_id", id).append("period", period), position, null);
    }
}
