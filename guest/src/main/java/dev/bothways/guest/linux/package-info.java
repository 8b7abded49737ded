/** Inspection of Linux guests. Start with {@link dev.bothways.guest.linux.LinuxInspection}. */
@NullMarked
package dev.bothways.guest.linux;

import org.jspecify.annotations.NullMarked;
