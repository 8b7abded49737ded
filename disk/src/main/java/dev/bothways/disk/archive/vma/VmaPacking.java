package dev.bothways.disk.archive.vma;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.InputException;
import dev.bothways.disk.OutputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** How vzdump packs archives: {@code .vma}, {@code .vma.gz}, {@code .vma.zst}, {@code .vma.lzo}. */
public enum VmaPacking {
    PLAIN("nothing"),
    GZIP("gzip"),
    ZSTD("zstd"),
    LZOP("lzop");

    private static final int LONGEST_MARK = 9;
    private static final int BUFFER = 1 << 20;

    private final String label;

    VmaPacking(String label) {
        this.label = label;
    }

    /** The program's name. */
    public String label() {
        return label;
    }

    /** How a file is packed; empty if there is no VMA in it. */
    public static Optional<VmaPacking> of(Path file) throws IOException {
        byte[] head;
        try (InputStream in = HostFile.stream(file)) {
            head = in.readNBytes(LONGEST_MARK);
        }
        VmaPacking packing = PLAIN;
        if (begins(head, 0x1f, 0x8b)) {
            packing = GZIP;
        } else if (begins(head, 0x28, 0xb5, 0x2f, 0xfd)) {
            packing = ZSTD;
        } else if (LzopStream.isPacked(head)) {
            packing = LZOP;
        }
        try (InputStream in = packing.stream(file)) {
            ByteBuffer start = ByteBuffer.wrap(in.readNBytes(VmaHeader.MAGIC.length()));
            return VmaHeader.isMagic(start) ? Optional.of(packing) : Optional.empty();
        } catch (InputException e) {
            throw e;
        } catch (IOException | RuntimeException notPackedSo) {
            return Optional.empty();
        }
    }

    private static boolean begins(byte[] head, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (i >= head.length || Byte.toUnsignedInt(head[i]) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private InputStream stream(Path file) throws IOException {
        InputStream in = new BufferedInputStream(HostFile.stream(file), BUFFER);
        try {
            return switch (this) {
                case PLAIN -> in;
                case GZIP -> new GZIPInputStream(in, BUFFER);
                case ZSTD -> new ZstdInputStream(in);
                case LZOP -> new LzopStream(in);
            };
        } catch (IOException | RuntimeException e) {
            try (in) {
                throw e;
            }
        }
    }

    /**
     * Unpacks an archive, so that its disks can be read. No more is written than an archive of such a header can have.
     *
     * @param target a file that must not be there yet
     */
    public void unpack(Path file, Path target) throws IOException {
        HostFile out = HostFile.create(target, false);
        try (InputStream in = stream(file)) {
            copy(file, in, out);
        } catch (IOException | RuntimeException e) {
            out.discard();
            throw explained(file, e);
        }
        out.close();
    }

    /** The header of an archive, without what comes behind it. */
    VmaHeader header(Path file) throws IOException {
        try {
            return VmaHeader.read(file, length -> {
                try (InputStream in = stream(file)) {
                    return ByteBuffer.wrap(in.readNBytes(length));
                }
            });
        } catch (IOException | RuntimeException e) {
            throw explained(file, e);
        }
    }

    /** What is thrown on where unpacking failed: where the packed bytes are to blame, in our words. */
    private IOException explained(Path file, Exception e) {
        boolean damaged = e instanceof ZipException || e instanceof EOFException || e instanceof RuntimeException;
        boolean ours = this == PLAIN
                || e instanceof OutputException
                || e instanceof InputException
                || e instanceof DiskImageException;
        if (damaged && !ours) {
            DiskImageException explained = new DiskImageException(
                    Kind.MALFORMED,
                    file,
                    "it cannot be unpacked with " + label + " (" + e.getMessage()
                            + "); copy it again from where it came from");
            explained.initCause(e);
            return explained;
        }
        if (e instanceof RuntimeException unexpected) {
            throw unexpected;
        }
        return (IOException) e;
    }

    private static void copy(Path file, InputStream in, HostFile out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long most = VmaHeader.FIXED;
        long at = 0;
        boolean bounded = false;
        while (true) {
            int length = in.readNBytes(buffer, 0, bounded ? BUFFER : VmaHeader.FIXED);
            if (length == 0) {
                return;
            }
            if (!bounded) {
                bounded = true;
                most = VmaHeader.mostBytes(ByteBuffer.wrap(buffer, 0, length).slice());
            }
            if (at + length > most) {
                throw new DiskImageException(
                        Kind.UNSAFE, file, "it unpacks to more than the " + most + " bytes that its header tells of");
            }
            out.write(at, ByteBuffer.wrap(buffer, 0, length));
            at += length;
        }
    }
}
