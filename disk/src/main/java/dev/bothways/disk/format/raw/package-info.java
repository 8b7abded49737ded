/** Raw images: the disk's bytes as they are, with holes for zeros where the host's file system has them. */
@NullMarked
package dev.bothways.disk.format.raw;

import org.jspecify.annotations.NullMarked;
