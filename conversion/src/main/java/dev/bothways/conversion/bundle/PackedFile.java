package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** Files that are packed as a whole and are no source so: an image, or an archive in a way that its own program never packs it. */
enum PackedFile {
    GZIP("gzip", "1f8b08", "gzip -dk"),
    ZSTD("zstd", "28b52ffd", "zstd -dk"),
    XZ("xz", "fd377a585a00", "xz -dk"),
    BZIP2("bzip2", "425a68", "bzip2 -dk"),
    LZOP("lzop", "894c5a4f000d0a1a0a", "lzop -d"),
    LZ4("lz4", "04224d18", "lz4 -dk"),
    ZIP("zip", "504b0304", "unzip"),
    SEVEN_ZIP("7z", "377abcaf271c", "7z x");

    private static final int LONGEST = 16;

    private final String program;
    private final String mark;
    private final String command;

    PackedFile(String program, String mark, String command) {
        this.program = program;
        this.mark = mark;
        this.command = command;
    }

    /** Refuses a file that begins as packed ones do. */
    static void refuse(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return;
        }
        String head;
        try (InputStream in = HostFile.stream(file)) {
            head = HexFormat.of().formatHex(in.readNBytes(LONGEST));
        }
        for (PackedFile packed : values()) {
            if (head.startsWith(packed.mark)) {
                throw new ConversionException(
                        ConversionException.Kind.SOURCE,
                        file + " is packed with " + packed.program + " and no backup or export that is read so; unpack"
                                + " it first: " + packed.command + " " + file.getFileName());
            }
        }
    }
}
