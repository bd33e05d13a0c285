package dev.studybuddy.api.mongo;

import org.jspecify.annotations.Nullable;

/** MongoDB can't answer now, or holds no generation yet. */
public final class MongoAwayException extends RuntimeException {

    MongoAwayException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }
}
