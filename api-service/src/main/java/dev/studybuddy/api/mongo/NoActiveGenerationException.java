package dev.studybuddy.api.mongo;

/** Reports that the first generation of a read model is not active yet, although MongoDB answers. */
final class NoActiveGenerationException extends MongoUnavailableException {

    NoActiveGenerationException(String model) {
        super("the read model " + model + " has no active generation yet", null);
    }
}
