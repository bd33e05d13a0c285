package dev.studybuddy.api.operations.verify;

import java.util.Map;

/**
 * This record describes a wrong rollup document.
 *
 * @param id the id of the document
 * @param userId the id of its user; {@code *} for a global document, and empty if the document names no user
 * @param excess the amounts by which it exceeds the expected ones, by path; negative if the document has too little
 */
record WrongTotal(String id, String userId, Map<String, Long> excess) {}
