package dev.bothways.disk.archive.xva;

import dev.bothways.disk.HostFile;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** How an archive is compressed as a whole. */
public enum XvaPacking {
    /** Not at all: disks are read in place. */
    PLAIN,
    /** {@code xe vm-export compress=true}. */
    GZIP,
    /** {@code xe vm-export compress=zstd}. */
    ZSTD;

    private static final int LONGEST_MARK = 4;
    private static final int BUFFER = 1 << 20;

    /** By a file's first bytes. */
    public static XvaPacking of(Path file) throws IOException {
        try (InputStream in = HostFile.stream(file)) {
            return of(in.readNBytes(LONGEST_MARK));
        }
    }

    static XvaPacking of(byte[] head) {
        if (starts(head, 0x1f, 0x8b)) {
            return GZIP;
        }
        return starts(head, 0x28, 0xb5, 0x2f, 0xfd) ? ZSTD : PLAIN;
    }

    private static boolean starts(byte[] head, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (i >= head.length || (head[i] & 0xff) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    /** The name that people know. */
    public String label() {
        return switch (this) {
            case PLAIN -> "not compressed";
            case GZIP -> "gzip";
            case ZSTD -> "zstd";
        };
    }

    /** The archive's bytes, unpacked. */
    public InputStream open(Path archive) throws IOException {
        InputStream file = HostFile.stream(archive);
        try {
            return switch (this) {
                case PLAIN -> new BufferedInputStream(file, BUFFER);
                case GZIP -> new BufferedInputStream(new GZIPInputStream(file, BUFFER), BUFFER);
                case ZSTD ->
                    new BufferedInputStream(new ZstdInputStream(new BufferedInputStream(file, BUFFER)), BUFFER);
            };
        } catch (IOException | RuntimeException e) {
            try (file) {
                throw e;
            }
        }
    }
}
