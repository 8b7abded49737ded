package dev.bothways.guest.linux.initramfs;

import dev.bothways.guest.GuestException;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.linux.compression.Compression;
import dev.bothways.guest.linux.compression.CountedInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A module's file as it lies on the disk: plain, or compressed by gzip, xz or zstd. */
final class ModuleFile {
    /** The largest modules (graphics drivers with all symbols) stay below this. */
    private static final int LARGEST = 128 << 20;

    private ModuleFile() {}

    /** The path without what tells its compression: {@code .ko.xz} becomes {@code .ko}. */
    static String uncompressed(String path) {
        int end = path.lastIndexOf(".ko.");
        return end < 0 || path.indexOf('/', end) >= 0 ? path : path.substring(0, end + 3);
    }

    /**
     * The module as the kernel loads it. An initramfs's modprobe need not know the compression that the guest's own does, so
     * modules go in without.
     */
    static byte[] read(GuestFiles files, String path) throws IOException {
        CountedInput stored = new CountedInput(new ByteArrayInputStream(files.readAll(path, LARGEST)));
        Optional<Compression> compression = Compression.detect(stored.peek(Compression.MAGIC_BYTES));
        try (InputStream in = compression.isPresent() ? compression.get().open(stored) : stored) {
            byte[] module = in.readNBytes(LARGEST + 1);
            if (module.length > LARGEST) {
                throw new IOException("it is larger than " + LARGEST + " bytes");
            }
            return module;
        } catch (IOException e) {
            throw new GuestException(
                    GuestException.Kind.MALFORMED,
                    path + " cannot be decompressed: the guest's kernel modules are damaged (" + e.getMessage() + ")");
        }
    }
}
