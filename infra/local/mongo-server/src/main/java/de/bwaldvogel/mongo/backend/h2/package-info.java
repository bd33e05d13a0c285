/**
 * This package adds the indexes and the durability that this system needs to the storage of the MongoDB stand-in. It
 * has the library's package name because the library's indexes can be extended only there.
 */
@NullMarked
package de.bwaldvogel.mongo.backend.h2;

import org.jspecify.annotations.NullMarked;
