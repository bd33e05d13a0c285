package dev.studybuddy.audit;

import dev.studybuddy.contract.AggregateType;

/** An aggregate key holds the type and id of one aggregate. */
public record AggregateKey(AggregateType type, String id) {

    @Override
    public String toString() {
        return type.code() + '/' + id;
    }
}
