/** Packing and unpacking the units of compressed images: native libraries where they load, Java elsewhere. */
@NullMarked
package dev.bothways.disk.format.packed;

import org.jspecify.annotations.NullMarked;
