package de.bwaldvogel.mongo.backend.h2;

import static org.assertj.core.api.Assertions.assertThat;

import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import org.junit.jupiter.api.Test;

class CountCommandTest {

    private static final Document MATCH = new Document("$match", new Document("n", 1));
    private static final Document GROUP =
            new Document("$group", new Document("_id", 1).append("n", new Document("$sum", 1)));

    @Test
    void theAggregationOfADriverThatCountsBecomesACount() {
        assertThat(CountCommand.of(
                        "aggregate", pipeline(MATCH, new Document("$skip", 2L), new Document("$limit", 5), GROUP)))
                .contains(new Document("count", "c")
                        .append("query", new Document("n", 1))
                        .append("skip", 2L)
                        .append("limit", 5));
        assertThat(CountCommand.of("aggregate", pipeline(MATCH, GROUP)))
                .contains(new Document("count", "c").append("query", new Document("n", 1)));
    }

    @Test
    void anyOtherAggregationStaysAnAggregation() {
        Document sum = new Document("$group", new Document("_id", 1).append("n", new Document("$sum", "$points")));

        assertThat(CountCommand.of("aggregate", pipeline(MATCH, sum))).isEmpty();
        assertThat(CountCommand.of("aggregate", pipeline(new Document("$limit", 5), MATCH, GROUP)))
                .as("the limit comes before the filter")
                .isEmpty();
        assertThat(CountCommand.of("aggregate", pipeline(new Document("$sort", new Document("n", 1)), GROUP)))
                .isEmpty();
        assertThat(CountCommand.of("aggregate", pipeline(GROUP))).isEmpty();
        assertThat(CountCommand.of("find", pipeline(MATCH, GROUP))).isEmpty();
    }

    @Test
    void theAnswerHasTheShapeOfAnAggregation() {
        Document count = new Document("count", "c");

        assertThat(CountCommand.toReply("d", count, new Document("n", 3)).get("cursor"))
                .isEqualTo(new Document("id", 0L)
                        .append("ns", "d.c")
                        .append("firstBatch", List.of(new Document("_id", 1).append("n", 3))));
        assertThat(CountCommand.toReply("d", count, new Document("n", 0)).get("cursor"))
                .isEqualTo(new Document("id", 0L).append("ns", "d.c").append("firstBatch", List.of()));
    }

    private static Document pipeline(Document... stages) {
        return new Document("aggregate", "c").append("pipeline", List.of(stages));
    }
}
