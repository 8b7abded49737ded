package dev.bothways.disk.format.encryption;

import java.nio.ByteBuffer;

/**
 * One of a LUKS header's eight places for the master key under a passphrase.
 *
 * @param iterations of PBKDF2
 * @param materialOffset where the split key lies, in bytes from the start of the header
 * @param stripes into how many parts the key is split
 */
record LuksSlot(long iterations, ByteBuffer salt, long materialOffset, long stripes) {}
