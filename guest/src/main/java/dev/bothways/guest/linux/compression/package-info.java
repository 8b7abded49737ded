/**
 * Compressed streams as a Linux kernel reads them: each ends exactly where its format says, so that what follows it in the same
 * file can be read next. Start with {@link dev.bothways.guest.linux.compression.Compression}.
 */
@NullMarked
package dev.bothways.guest.linux.compression;

import org.jspecify.annotations.NullMarked;
