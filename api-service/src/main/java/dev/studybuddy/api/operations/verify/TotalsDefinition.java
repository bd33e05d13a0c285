package dev.studybuddy.api.operations.verify;

import dev.studybuddy.readmodel.ContributionFunction;
import java.util.function.Predicate;

/**
 * This record defines how a verify computes the totals of a read model.
 *
 * @param contributionFunction the function from a state to the amounts that it adds to the rollups
 * @param globalPeriods matches the periods for which the function adds to the totals of all users and of subjects
 * @param ofSubjects matches the paths of a subject's document that users' documents also have, below {@code bySubject}
 */
record TotalsDefinition(
        ContributionFunction contributionFunction, Predicate<String> globalPeriods, Predicate<String> ofSubjects) {}
