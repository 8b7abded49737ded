/**
 * What must change in a guest so that it boots on other hardware, with its network and its console. Start with {@link
 * dev.bothways.guest.fixup.Fixups#plan}. Each fix-up is a class, which looks at facts of the guest and at the target's
 * hardware, never at where the guest comes from; all are planned before the first change is made.
 */
@NullMarked
package dev.bothways.guest.fixup;

import org.jspecify.annotations.NullMarked;
