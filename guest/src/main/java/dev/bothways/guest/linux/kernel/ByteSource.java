package dev.bothways.guest.linux.kernel;

import java.io.IOException;
import java.io.InputStream;

/** A file that can be read from its start as often as needed: the guest's, or the host's. */
public interface ByteSource {

    /** The file from its start. */
    InputStream open() throws IOException;

    /** The first {@code count} bytes, or fewer where the file is shorter. */
    default byte[] head(int count) throws IOException {
        try (InputStream in = open()) {
            return in.readNBytes(count);
        }
    }
}
