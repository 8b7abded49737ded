package dev.bothways.guest.linux.compression;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/** The compressions that a Linux kernel knows for its own image, its initramfs and its modules. */
public enum Compression {
    GZIP("gzip"),
    ZSTD("zstd"),
    XZ("xz"),
    LZ4("lz4"),
    LZMA("lzma"),
    BZIP2("bzip2"),
    LZO("lzo");

    /** As many bytes as {@link #detect} looks at. */
    public static final int MAGIC_BYTES = 13;

    /** In KiB. Dictionaries of 64 MiB, which {@code xz -9} makes, fit; larger ones are refused. */
    private static final int MEMORY_LIMIT = 80 << 10;

    private final String id;

    Compression(String id) {
        this.id = id;
    }

    /** The name that users read. */
    public String id() {
        return id;
    }

    /** The compression whose data begins with {@code head}; empty where none that is known does. */
    public static Optional<Compression> detect(byte[] head) {
        if (begins(head, 0x1f, 0x8b, 8) || begins(head, 0x1f, 0x9e, 8)) {
            return Optional.of(GZIP);
        } else if (begins(head, 0x28, 0xb5, 0x2f, 0xfd)) {
            return Optional.of(ZSTD);
        } else if (begins(head, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return Optional.of(XZ);
        } else if (begins(head, 0x02, 0x21, 0x4c, 0x18)) {
            return Optional.of(LZ4);
        } else if (begins(head, 'B', 'Z', 'h')) {
            return Optional.of(BZIP2);
        } else if (begins(head, 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n')) {
            return Optional.of(LZO);
        } else if (begins(head, 0x5d, 0, 0)) {
            // LZMA has no magic: the usual lc/lp/pb, and a dictionary size that is a multiple of 64 KiB.
            return Optional.of(LZMA);
        }
        return Optional.empty();
    }

    private static boolean begins(byte[] head, int... magic) {
        if (head.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((head[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The plain bytes of the stream that begins at {@code in}'s position. Read to its end, it leaves {@code in} right behind the
     * compressed stream. Closing it frees what it holds and leaves {@code in} open.
     *
     * @throws IOException also where the data is damaged, or asks for more memory than a kernel would give
     */
    public InputStream open(CountedInput in) throws IOException {
        InputStream kept = new KeptOpen(in);
        return switch (this) {
            case GZIP -> new GzipMember(in);
            case ZSTD -> ZstdFrame.open(in);
            case XZ -> new SingleXZInputStream(kept, MEMORY_LIMIT);
            case LZMA -> new LZMAInputStream(kept, MEMORY_LIMIT);
            case LZ4 -> new Lz4Legacy(in);
            case BZIP2 -> new BZip2CompressorInputStream(kept, false);
            case LZO -> throw new IOException("compression with LZO is not read");
        };
    }

    /** Hides a stream's {@code close}. */
    private static final class KeptOpen extends InputStream {
        private final CountedInput in;

        private KeptOpen(CountedInput in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return in.read(into, offset, length);
        }
    }
}
