/**
 * ext2, ext3 and ext4, read whole and written as far as fix-ups need. Start with
 * {@link dev.bothways.filesystem.ext.ExtFileSystem}.
 *
 * <p>Layout after the kernel's {@code Documentation/filesystems/ext4}; {@code docs/formats/ext.md} says what is honoured
 * and what is refused. From the bottom up: {@code BlockStore} (cache and edits of blocks), {@code Superblock},
 * {@code Groups}, {@code Inodes}, {@code FileMap} (extent trees and block maps), {@code Directory}, and beside them
 * {@code Journal} and {@code Allocator}.
 */
@NullMarked
package dev.bothways.filesystem.ext;

import org.jspecify.annotations.NullMarked;
