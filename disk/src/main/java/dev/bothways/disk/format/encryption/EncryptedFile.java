package dev.bothways.disk.format.encryption;

import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that holds guest data encrypted. What lies beyond its end counts as zeros that were encrypted to nothing sensible. */
public final class EncryptedFile {
    private final HostFile file;
    private final SectorCipher cipher;

    /** The file under a cipher. */
    public EncryptedFile(HostFile file, SectorCipher cipher) {
        this.file = file;
        this.cipher = cipher;
    }

    /**
     * A piece of it.
     *
     * @param fileOffset where it begins
     * @param ivOffset the byte offset by whose sectors it is encrypted, which differs from {@code fileOffset} by whole sectors
     * @param length how long it is
     */
    public Piece.Packed piece(long fileOffset, long ivOffset, long length) {
        return new Piece.Packed(length, into -> read(fileOffset, ivOffset, into));
    }

    private void read(long fileOffset, long ivOffset, ByteBuffer into) throws IOException {
        int before = (int) (fileOffset % SectorCipher.SECTOR);
        int sectors = Math.ceilDiv(before + into.remaining(), SectorCipher.SECTOR);
        byte[] bytes = new byte[sectors * SectorCipher.SECTOR];
        long start = fileOffset - before;
        int there = Math.clamp(file.size() - start, 0, bytes.length);
        file.read(start, ByteBuffer.wrap(bytes, 0, there));
        cipher.decrypt((ivOffset - before) / SectorCipher.SECTOR, bytes);
        into.put(bytes, before, into.remaining());
    }
}
