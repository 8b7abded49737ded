package dev.bothways.conversion.bundle.ovf;

import dev.bothways.conversion.ConversionException;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A disk whose file the package packs with gzip (not to be mixed up with a stream-optimised VMDK, which is read in place). gzip has no
 * way to a place in its middle, so the file is unpacked once.
 */
public final class PackedImage {
    private static final int STEP = 1 << 18;
    /** What an image may be larger than its disk by: an eighth and a mebibyte, which no format's tables need. */
    private static final int OVERHEAD_SHIFT = 3;

    private static final long LEAST_OVERHEAD = 1 << 20;

    private PackedImage() {}

    /** The most bytes that the image of a disk of this size can have. */
    public static long largest(long capacity) {
        return Math.addExact(Math.addExact(capacity, capacity >> OVERHEAD_SHIFT), LEAST_OVERHEAD);
    }

    /**
     * Unpacks an image.
     *
     * @param parts its file, or the pieces of it, in order
     * @param into a file that must not be there yet
     * @param largest the most bytes that are unpacked; a file of more is refused
     */
    public static void unpack(List<Path> parts, Path into, long largest) throws IOException {
        byte[] step = new byte[STEP];
        try (HostFile packed = HostFile.openJoined(parts);
                InputStream in = new GZIPInputStream(new FileStream(packed, count -> {}), STEP);
                OutputStream out = HostFile.createStream(into)) {
            long total = 0;
            for (int count = in.read(step); count >= 0; count = in.read(step)) {
                total += count;
                if (total > largest) {
                    throw new ConversionException(
                            ConversionException.Kind.SOURCE,
                            parts.getFirst() + " unpacks to more than " + largest
                                    + " bytes, more than an image of its disk can have");
                }
                out.write(step, 0, count);
            }
        } catch (ZipException e) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    parts.getFirst() + " should be packed with gzip and is not (" + e.getMessage() + ")",
                    e);
        }
    }
}
