package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiDescription;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.readmodel.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares answers for verifies with the schema that describes them. */
class VerifyDescriptionIT extends VerifyFixture {

    private static final JsonMapper JSON = new JsonMapper();

    /** Returns the faults of an answer, and its fields that the description lacks. */
    private static List<String> differencesOf(JsonNode answer) {
        JsonNode schema = JSON.createObjectNode().put("$ref", "#/components/schemas/VerifyJobView");
        List<String> differences = new ArrayList<>(ApiDescription.ofRepository().faultsOf(schema, answer));
        differences.addAll(ApiDescription.ofRepository().undescribedFieldsOf(schema, answer));
        return differences;
    }

    /** Causes a finding of each structure: of a mirror, of totals, and of a broken document. */
    private void causeFindings() {
        databases.insert(ReadModelFixture.session(ANNA, "Math", 7, DAY));
        SessionState changed = databases.session(ANNA, "Math", 13, DAY);
        model.mirrors(AggregateType.SESSION)
                .updateOne(new Document("_id", changed.id()), new Document("$set", new Document("minutes", 14)));
        model.database()
                .getCollection(Names.BROKEN)
                .insertOne(new Document("_id", "x").append("model", Names.STUDY).append("generation", 1));
    }

    @Test
    void theResultOfAVerifyOfOneReadModelIsDescribed() {
        causeFindings();

        JsonNode verify = verify(false);

        assertThat(List.of(verify.path("missing"), verify.path("wrongTotals"), verify.path("broken")))
                .noneMatch(JsonNode::isEmpty);
        assertThat(verify.path("consistent").isBoolean()).isTrue();
        assertThat(differencesOf(verify)).isEmpty();
    }

    @Test
    void theResultOfAVerifyOfAllReadModelsIsDescribed() {
        causeFindings();
        try (ReadModelFixture subjects = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 4)) {
            subjects.activate();
            subjects.markBroken();

            JsonNode verify = runVerify("{}");

            assertThat(List.of(verify.path("models"), verify.path("notVerified"), verify.path("wrongTotals")))
                    .noneMatch(JsonNode::isEmpty);
            assertThat(differencesOf(verify)).isEmpty();
            JsonNode byId = api.get("/api/admin/jobs/" + verify.path("jobId").asString())
                    .json();
            assertThat(byId).isEqualTo(verify);
        }
    }

    @Test
    void theAnswerForAVerifyThatNeverBeganIsDescribed() {
        String result = JSON.writeValueAsString(api.bean(VerifyJob.class).emptyResult());
        UUID job = UUID.randomUUID();
        String insert = """
                INSERT INTO jobs (id, kind, state, subject, result)
                VALUES (?, 'verify', 'cancelled', '*', CAST(? AS jsonb))""";
        databases.jdbc().sql(insert).params(job, result).update();

        JsonNode verify = api.get("/api/admin/verify/" + job).json();

        assertThat(verify.has("scopes")).isFalse();
        assertThat(differencesOf(verify)).isEmpty();
    }
}
