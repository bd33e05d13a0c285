/**
 * The stand-in's storage with the indexes and the durability that this system needs. It lies in the library's package,
 * since the library's indexes can be extended only there.
 */
@NullMarked
package de.bwaldvogel.mongo.backend.h2;

import org.jspecify.annotations.NullMarked;
