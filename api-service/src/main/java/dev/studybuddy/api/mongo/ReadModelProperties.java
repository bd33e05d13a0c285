package dev.studybuddy.api.mongo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Names the folder of the read models that are not part of this program.
 *
 * @param folder The program loads the read models of the jars in this folder when it starts, in addition to its own. It
 *     must be the same for api-service and mongo-projector.
 */
@ConfigurationProperties("studybuddy.read-models")
record ReadModelProperties(@Nullable Path folder) {}
