package dev.studybuddy.api.operations.verify;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Hashes the ids and paths of documents with SHA-256, so that the hashes of different documents are independent. Only
 * one thread uses an instance.
 */
final class DocumentHash {

    /** The number of buckets, to which the ids are distributed evenly. */
    static final int BUCKETS = 1 << 18;

    private final MessageDigest sha256;

    DocumentHash() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Each Java platform must support SHA-256", e);
        }
    }

    /** Returns the bucket of a document: at least 0 and below {@link #BUCKETS}. */
    int bucketOf(String id) {
        return (int) first(id) & (BUCKETS - 1);
    }

    /** Returns the weight of an amount, which is an odd number. */
    long weightOf(String id, String path) {
        return first(id + '\0' + path) | 1;
    }

    private long first(String text) {
        return ByteBuffer.wrap(sha256.digest(text.getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }
}
