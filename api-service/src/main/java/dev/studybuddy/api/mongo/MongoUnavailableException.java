package dev.studybuddy.api.mongo;

import org.jspecify.annotations.Nullable;

/** Reports that MongoDB is unavailable, or that a read model has no active generation yet. */
public sealed class MongoUnavailableException extends RuntimeException permits NoActiveGenerationException {

    MongoUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }
}
