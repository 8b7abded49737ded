/**
 * What lies on a disk: partition tables, volumes and file systems, read and (as far as a fix-up needs) written by our own
 * code. Start with {@link dev.bothways.filesystem.FileSystem}. Every file system has a package of its own.
 */
@NullMarked
package dev.bothways.filesystem;

import org.jspecify.annotations.NullMarked;
