/** Apple's disk images (UDIF), {@code .dmg}. */
@NullMarked
package dev.bothways.disk.format.dmg;

import org.jspecify.annotations.NullMarked;
