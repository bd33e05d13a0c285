package dev.studybuddy.api.operations.generation;

import dev.studybuddy.api.testing.ApiWithKafka;
import tools.jackson.databind.JsonNode;

/** This fixture reads the generations of read models. */
abstract class GenerationsFixture extends ApiWithKafka {

    long count(String from) {
        return api.sql().sql("SELECT count(*) FROM " + from).query(Long.class).single();
    }

    JsonNode projection() {
        return projection("study");
    }

    JsonNode projection(String model) {
        return api.get("/api/admin/projections")
                .json()
                .valueStream()
                .filter(item -> item.path("model").asString().equals(model))
                .findFirst()
                .orElseThrow();
    }
}
