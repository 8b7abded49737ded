package dev.bothways.disk.format.encryption;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.OpenOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;

/** The key that the user gives for an encrypted image. */
public final class Passphrase {
    private static final int LONGEST = 1 << 16;

    private Passphrase() {}

    /**
     * The bytes of the options' key file, without a line's end behind them.
     *
     * @param image for messages
     * @param method how the image is encrypted, in words
     * @throws DiskImageException where no file is named, or it cannot be a key
     */
    public static byte[] of(Path image, OpenOptions options, String method) throws IOException {
        Path file = options.keyFile()
                .orElseThrow(() -> new DiskImageException(
                        Kind.UNSUPPORTED, image, "it is encrypted with " + method + "; say which file holds its key"));
        byte[] bytes;
        try (InputStream in = HostFile.stream(file)) {
            bytes = in.readNBytes(LONGEST + 1);
        }
        if (bytes.length > LONGEST) {
            throw new DiskImageException(Kind.UNSUPPORTED, file, "a key has at most " + LONGEST + " bytes");
        }
        int length = bytes.length;
        if (length > 0 && bytes[length - 1] == '\n') {
            length--;
            if (length > 0 && bytes[length - 1] == '\r') {
                length--;
            }
        }
        return Arrays.copyOf(bytes, length);
    }
}
