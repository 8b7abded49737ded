package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.HostFile;
import dev.bothways.disk.ZeroBytes;
import dev.bothways.disk.format.mapped.ByteSource;
import dev.bothways.disk.format.mapped.Piece;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A file as it would be if its log were replayed into it; the file itself stays as it is. */
final class VhdxFile implements ByteSource {
    private final HostFile file;
    private final long fileLength;
    private final long length;
    private final FilePatches patches;

    /** A view with these patches, which ends at {@code length}; what the file lacks of it reads as zeros. */
    VhdxFile(HostFile file, long fileLength, long length, FilePatches patches) {
        this.file = file;
        this.fileLength = fileLength;
        this.length = Math.max(Math.max(fileLength, length), patches.end());
        this.patches = patches;
    }

    /** The file below. */
    HostFile host() {
        return file;
    }

    /** Where it ends, in bytes. */
    long length() {
        return length;
    }

    /** What lies at {@code [position, limit)} of the view, as far as it is of one kind. */
    Piece at(long position, long limit) {
        return patches.at(position, limit).orElseGet(() -> {
            long end = patches.next(position, limit);
            return position < fileLength
                    ? new Piece.InFile(Math.min(end, fileLength) - position, position)
                    : new Piece.Zeros(end - position);
        });
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
        long at = position;
        if (position > length - into.remaining()) {
            throw new EOFException(
                    file.path() + " ends at byte " + length + ", before byte " + (position + into.remaining()));
        }
        while (into.hasRemaining()) {
            Piece piece = at(at, at + into.remaining());
            int count = (int) piece.length();
            ByteBuffer part = into.slice(into.position(), count);
            switch (piece) {
                case Piece.InFile stored -> file.read(stored.fileOffset(), part);
                case Piece.Held held -> part.put(held.bytes().duplicate());
                case Piece.Packed packed -> packed.source().read(part);
                case Piece.Zeros zeros -> ZeroBytes.fill(part);
                case Piece.Below below -> throw new IllegalStateException("a file has nothing below it");
            }
            into.position(into.position() + count);
            at += count;
        }
    }

    /** Reads a structure, ready to be taken apart. */
    ByteBuffer structure(long position, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        read(position, buffer);
        return buffer.flip();
    }
}
