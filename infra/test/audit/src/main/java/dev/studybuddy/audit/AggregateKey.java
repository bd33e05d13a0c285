package dev.studybuddy.audit;

import dev.studybuddy.contract.AggregateType;

/** The type and id of one aggregate. */
public record AggregateKey(AggregateType type, String id) {

    @Override
    public String toString() {
        return type.code() + '/' + id;
    }
}
