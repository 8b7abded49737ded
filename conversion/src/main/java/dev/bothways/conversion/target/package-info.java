/**
 * What a user asks for with {@code --to}: a dialect, a bundle, a platform and a disk format. One class a target; {@link
 * dev.bothways.conversion.target.Target} is what they have in common.
 */
@NullMarked
package dev.bothways.conversion.target;

import org.jspecify.annotations.NullMarked;
