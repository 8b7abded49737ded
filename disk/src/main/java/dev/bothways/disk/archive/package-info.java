/** Archives that hold disk images: read in place, without being unpacked. */
@NullMarked
package dev.bothways.disk.archive;

import org.jspecify.annotations.NullMarked;
