package dev.studybuddy.projector.journal;

import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.SubjectKeys;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.DocumentCodec;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the fields that an update sets when it inserts a rollup. The id of a rollup contains almost all of them, so
 * the encoding usually holds only the kind.
 */
final class RollupFields {

    private static final int OTHER = 0;
    private static final int USER = 1;
    private static final int ALL_USERS = 2;
    private static final int SUBJECT = 3;
    private static final String SUBJECT_NAME = "*:";
    private static final DocumentCodec DOCUMENT_CODEC = new DocumentCodec();

    private RollupFields() {}

    /** Returns the fields of a new rollup document. */
    static Document of(RollupKey key) {
        Document fields = new Document("kind", key.kind()).append("period", key.period());
        if (key.userId() != null) {
            fields.append("userId", key.userId());
        }
        if (key.subject() != null) {
            fields.append("subject", key.subject());
        }
        return fields;
    }

    static void write(PlanOutput output, String id, Document fields) {
        int kind = kindOf(id, fields);
        output.writeNumber(kind);
        if (kind == OTHER) {
            output.writeDocument(new RawBsonDocument(fields, DOCUMENT_CODEC));
        }
    }

    /**
     * Returns the kind whose fields {@link #read} restores from the id, or {@link #OTHER} if the id does not contain
     * them.
     */
    private static int kindOf(String id, Document fields) {
        int colon = id.indexOf(':');
        if (colon < 0
                || !(fields.get("kind") instanceof String kind)
                || !(fields.get("period") instanceof String period)
                || period.length() != colon
                || !id.startsWith(period)) {
            return OTHER;
        }
        return switch (kind) {
            case RollupKey.USER -> fields.size() == 3 && isUser(id, fields.get("userId")) ? USER : OTHER;
            case RollupKey.KIND_OF_ALL_USERS -> fields.size() == 2 ? ALL_USERS : OTHER;
            case RollupKey.SUBJECT -> fields.size() == 3 && isSubject(id, fields.get("subject")) ? SUBJECT : OTHER;
            default -> OTHER;
        };
    }

    private static boolean isUser(String id, @Nullable Object userId) {
        int start = id.indexOf(':') + 1;
        return userId instanceof String text && text.length() == id.length() - start && id.endsWith(text);
    }

    private static boolean isSubject(String id, @Nullable Object subject) {
        String name = name(id);
        return name.startsWith(SUBJECT_NAME)
                && SubjectKeys.unescape(name.substring(SUBJECT_NAME.length())).equals(subject);
    }

    static Document read(PlanInput input, String id) {
        return switch (input.readSize()) {
            case USER -> ofUser(id);
            case ALL_USERS -> ofAllUsers(id);
            case SUBJECT -> ofSubject(id);
            case OTHER -> input.readDocument().decode(DOCUMENT_CODEC);
            default -> throw new IllegalStateException("the plan of a journal has an unknown kind of rollup");
        };
    }

    private static Document ofUser(String id) {
        return of(RollupKey.ofUser(period(id), name(id)));
    }

    private static Document ofAllUsers(String id) {
        return of(RollupKey.ofAllUsers(period(id)));
    }

    private static Document ofSubject(String id) {
        String subject = SubjectKeys.unescape(name(id).substring(SUBJECT_NAME.length()));
        return of(RollupKey.ofSubject(period(id), subject));
    }

    private static String name(String id) {
        return id.substring(id.indexOf(':') + 1);
    }

    /** Returns the part before the first colon, because no period contains a colon. */
    private static String period(String id) {
        return id.substring(0, id.indexOf(':'));
    }
}
