/**
 * Machines as they lie on disk: a definition with its disks. {@link dev.bothways.conversion.bundle.SourceMachine} is what
 * reading one gives.
 */
@NullMarked
package dev.bothways.conversion.bundle;

import org.jspecify.annotations.NullMarked;
