package dev.bothways.filesystem.ext;

import dev.bothways.disk.MemoryDisk;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Made-up file systems for tests. */
final class ExtImages {
    private ExtImages() {}

    /** A file system by mke2fs, whose options stand in one string, the size last. */
    static Path make(Path image, String options) {
        List<String> all = new ArrayList<>(List.of(options.split(" ")));
        String size = all.removeLast();
        all.addAll(List.of("-q", "-F", image.toString(), size));
        Oracle.require("mke2fs").run(all.toArray()).orFail();
        return image;
    }

    /** Runs a command of debugfs on an image, for writing too. */
    static String debugfs(Path image, String command) {
        return Oracle.require("debugfs")
                .run("-w", "-R", command, image)
                .orFail()
                .output();
    }

    /** A copy of an image in memory. */
    static MemoryDisk inMemory(Path image) throws IOException {
        byte[] bytes = Files.readAllBytes(image);
        MemoryDisk disk = new MemoryDisk(bytes.length);
        disk.write(0, ByteBuffer.wrap(bytes));
        return disk;
    }

    /** All bytes of a disk. */
    static byte[] bytes(MemoryDisk disk) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) disk.size());
        disk.read(0, all);
        return all.array();
    }
}
