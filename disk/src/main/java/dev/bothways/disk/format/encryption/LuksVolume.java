package dev.bothways.disk.format.encryption;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** A LUKS 1 header in a file, and the way from a passphrase to the cipher of its data. */
public final class LuksVolume {
    private static final int MOST_STRIPES = 1 << 14;
    /** A minute's work and more; programs take one or two seconds' worth. */
    private static final long MOST_ITERATIONS = 1 << 27;

    private final HostFile file;
    private final long position;
    private final long length;
    private final LuksHeader header;
    private final KeyHash hash;

    private LuksVolume(HostFile file, long position, long length, LuksHeader header, KeyHash hash) {
        this.file = file;
        this.position = position;
        this.length = length;
        this.header = header;
        this.hash = hash;
    }

    /**
     * Reads the header.
     *
     * @param position where it begins in the file
     * @param length how many bytes header and keys have, all in the file
     */
    public static LuksVolume read(HostFile file, long position, long length) throws IOException {
        Path path = file.path();
        if (length < LuksHeader.BYTES) {
            throw malformed(path, position, "a LUKS header has 592 bytes, this one " + length);
        }
        ByteBuffer bytes = ByteBuffer.allocate(LuksHeader.BYTES);
        file.read(position, bytes);
        LuksHeader header = LuksHeader.parse(bytes)
                .orElseThrow(() -> malformed(path, position, "no header of LUKS 1 lies where the image says"));
        KeyHash hash = KeyHash.named(header.hash())
                .orElseThrow(() -> unsupported(path, "its keys are made with the hash '" + header.hash() + "'"));
        if (!header.cipher().equals("aes")) {
            throw unsupported(path, "it is encrypted with the cipher '" + header.cipher() + "'; only aes is known");
        }
        boolean xts = header.mode().startsWith("xts");
        if (!isAesKey(xts && header.keyBytes() % 2 == 0 ? header.keyBytes() / 2 : header.keyBytes())) {
            throw malformed(path, position, "its LUKS key is said to have " + header.keyBytes() + " bytes");
        }
        LuksVolume volume = new LuksVolume(file, position, length, header, hash);
        volume.cipher(new byte[header.keyBytes()]);
        return volume;
    }

    private static boolean isAesKey(int bytes) {
        return bytes == 16 || bytes == 24 || bytes == 32;
    }

    private static DiskImageException malformed(Path path, long offset, String message) {
        return new DiskImageException(Kind.MALFORMED, path, offset, message);
    }

    private static DiskImageException unsupported(Path path, String message) {
        return new DiskImageException(Kind.UNSUPPORTED, path, message);
    }

    /** How the data is encrypted, in the words of the header: {@code aes-xts-plain64}. */
    public String encryption() {
        return header.encryption();
    }

    /**
     * The cipher of the data.
     *
     * @throws DiskImageException where the passphrase opens none of the header's slots
     */
    public SectorCipher unlock(byte[] passphrase) throws IOException {
        checkIterations(header.digestIterations());
        for (LuksSlot slot : header.slots()) {
            checkIterations(slot.iterations());
            byte[] key = masterKey(slot, passphrase);
            byte[] digest = hash.derive(
                    key,
                    header.digestSalt(),
                    header.digestIterations(),
                    header.digest().capacity());
            if (ByteBuffer.wrap(digest).equals(header.digest())) {
                return cipher(key);
            }
        }
        throw unsupported(
                file.path(),
                header.slots().isEmpty()
                        ? "it is encrypted with LUKS and has no key any more; nobody can read it"
                        : "the key given is none of those that open it");
    }

    private void checkIterations(long count) throws DiskImageException {
        if (count > MOST_ITERATIONS) {
            throw new DiskImageException(
                    Kind.UNSAFE,
                    file.path(),
                    position,
                    "its LUKS header asks for " + count + " rounds of work on a key");
        }
    }

    private byte[] masterKey(LuksSlot slot, byte[] passphrase) throws IOException {
        long bytes = header.keyBytes() * slot.stripes();
        if (slot.stripes() == 0 || slot.stripes() > MOST_STRIPES || slot.materialOffset() > length - bytes) {
            throw malformed(file.path(), position, "a key slot of its LUKS header lies outside of it");
        }
        int sectors = Math.toIntExact(Math.ceilDiv(bytes, SectorCipher.SECTOR));
        byte[] material = new byte[sectors * SectorCipher.SECTOR];
        int there = (int) Math.min(material.length, length - slot.materialOffset());
        file.read(position + slot.materialOffset(), ByteBuffer.wrap(material, 0, there));
        cipher(hash.derive(passphrase, slot.salt(), slot.iterations(), header.keyBytes()))
                .decrypt(0, material);
        return hash.merge(material, header.keyBytes(), (int) slot.stripes());
    }

    private SectorCipher cipher(byte[] key) throws DiskImageException {
        return switch (header.mode().toLowerCase(Locale.ROOT)) {
            case "xts-plain64" -> SectorCipher.xts(key, -1);
            case "xts-plain" -> SectorCipher.xts(key, 0xFFFFFFFFL);
            case "cbc-plain64" -> SectorCipher.cbc(key, -1);
            case "cbc-plain" -> SectorCipher.cbc(key, 0xFFFFFFFFL);
            default -> essiv(key);
        };
    }

    private SectorCipher essiv(byte[] key) throws DiskImageException {
        String mode = header.mode();
        String start = "cbc-essiv:";
        Optional<KeyHash> ivHash =
                mode.startsWith(start) ? KeyHash.named(mode.substring(start.length())) : Optional.empty();
        if (ivHash.isEmpty() || !isAesKey(ivHash.get().digest(key).length)) {
            throw unsupported(file.path(), "it is encrypted in the mode '" + mode + "', which is not known");
        }
        return SectorCipher.cbcEssiv(key, ivHash.get().digest(key));
    }
}
