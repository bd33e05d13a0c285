package dev.studybuddy.api.jobs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Starts jobs, finds them, and cancels them. */
@Component
public final class Jobs {

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

    private final JobTable table;
    private final ObjectProvider<JobHandler> handlers;

    Jobs(JobTable table, ObjectProvider<JobHandler> handlers) {
        this.table = table;
        this.handlers = handlers;
    }

    /**
     * Queues a job, in the caller's transaction where there is one; an instance takes it within about a second.
     *
     * @param subject what it is about; empty where the kind says it all
     */
    public UUID submit(String kind, String subject, Map<String, ?> settings) {
        JobHandler handler = handler(kind);
        if (handler == null) {
            throw new IllegalArgumentException("no handler does jobs of kind " + kind);
        }
        UUID id = UUID.randomUUID();
        table.insert(id, kind, subject, settings, handler.emptyResult());
        LOG.atInfo().addKeyValue("job", id).addKeyValue("kind", kind).log("Job queued");
        return id;
    }

    public Optional<Job> find(UUID id) {
        return table.find(id);
    }

    /** The queued and running jobs of a kind, oldest first, at most 100. */
    public List<Job> unfinished(String kind) {
        return table.unfinished(kind);
    }

    /** The newest job of a kind about something, whatever became of it. */
    public Optional<Job> last(String kind, String subject) {
        return table.last(kind, subject);
    }

    /** Of each subject the job of a kind that was done last. */
    public List<Job> lastDone(String kind) {
        return table.lastDone(kind);
    }

    /** Asks a job to end; one that runs notices it within about a second. */
    public Cancellation cancel(UUID id) {
        Optional<Job> job = table.find(id);
        if (job.isEmpty()) {
            return Cancellation.UNKNOWN;
        }
        JobHandler handler = handler(job.get().kind());
        if (handler != null && !handler.cancellable()) {
            return Cancellation.NOT_CANCELLABLE;
        }
        return table.cancel(id) ? Cancellation.REQUESTED : Cancellation.FINISHED;
    }

    /** A kind's handler, whatever its lane; null where there is none. */
    private @Nullable JobHandler handler(String kind) {
        String own = kind.split("/", 2)[0];
        return handlers.stream()
                .filter(handler -> handler.kind().equals(own))
                .findFirst()
                .orElse(null);
    }

    /** What became of a wish to cancel. */
    public enum Cancellation {
        REQUESTED,
        /** It ended before. */
        FINISHED,
        NOT_CANCELLABLE,
        UNKNOWN
    }
}
