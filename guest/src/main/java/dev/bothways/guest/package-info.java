/** The operating system inside a machine: what it is, what it can drive, and what must change in it to boot elsewhere. */
@NullMarked
package dev.bothways.guest;

import org.jspecify.annotations.NullMarked;
