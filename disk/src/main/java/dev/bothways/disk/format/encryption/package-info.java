/**
 * Encrypted disks: sectors of 512 bytes under AES, and the keys of LUKS. Start with {@link
 * dev.bothways.disk.format.encryption.SectorCipher}.
 *
 * <p>For the formats' own use; programs open images through the formats.
 */
@NullMarked
package dev.bothways.disk.format.encryption;

import org.jspecify.annotations.NullMarked;
