/**
 * Rehearsals: a converted machine boots on the target's virtual hardware, in QEMU, and nothing is written to it.
 *
 * <p>Start with {@link dev.bothways.conversion.rehearse.Rehearsal}.
 */
@NullMarked
package dev.bothways.conversion.rehearse;

import org.jspecify.annotations.NullMarked;
