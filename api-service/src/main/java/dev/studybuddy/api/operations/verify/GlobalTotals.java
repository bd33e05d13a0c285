package dev.studybuddy.api.operations.verify;

import java.util.Collection;
import java.util.Map;

/** Provides the global documents of one period, and the users' documents whose sums they must equal. */
interface GlobalTotals {

    /** A visitor accepts everything that one read finds, document by document. */
    interface Visitor {

        /**
         * Accepts a global document.
         *
         * @param watermarks equal only if no batch was applied to the document between two reads
         */
        void acceptDocument(String id, Object watermarks);

        /**
         * Accepts one amount. Without a difference, the accepted amounts of each document and path have the sum zero.
         *
         * @param id the id of a global document, which need not exist
         * @param amount the amount in the global document, or the negated amount in a user's document;
         *     it is never zero
         */
        void acceptAmount(String id, String path, long amount);
    }

    /** Returns whether the period has more documents of subjects than a number. */
    boolean hasMoreSubjectsThan(int number);

    /** Reads all documents once. */
    void read(Visitor visitor);

    /** Reads the watermarks of the global documents with these ids; documents that do not exist are absent. */
    Map<String, Object> readWatermarks(Collection<String> ids);
}
