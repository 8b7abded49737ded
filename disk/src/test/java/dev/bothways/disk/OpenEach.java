package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A program that opens images, reads from them, and says of each how it went, so that others can watch what it opens. */
final class OpenEach {
    private OpenEach() {}

    /** The folder that may be read from, and the images. */
    public static void main(String[] arguments) {
        for (int i = 1; i < arguments.length; i++) {
            try (DiskImage image =
                    DiskImages.open(Path.of(arguments[i]), OpenOptions.usual().allowing(Path.of(arguments[0])))) {
                ByteBuffer buffer = ByteBuffer.allocate(4096);
                for (long at = 0; at < image.size(); at += buffer.capacity()) {
                    image.read(at, buffer.clear().limit((int) Math.min(buffer.capacity(), image.size() - at)));
                }
                System.out.println("read " + arguments[i]);
            } catch (IOException e) {
                System.out.println("refused " + e.getMessage());
            }
        }
    }
}
