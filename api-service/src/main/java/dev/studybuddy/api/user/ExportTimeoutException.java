package dev.studybuddy.api.user;

import java.io.IOException;

/** Reports that an export took longer than the longest duration of an export. */
final class ExportTimeoutException extends IOException {

    ExportTimeoutException() {
        super("the longest duration of an export has passed");
    }
}
