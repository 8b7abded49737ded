package dev.bothways.disk.format;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** An image as libyal's libraries see it: mounted by their programs (vhdimount, vmdkmount, qcowmount), which takes FUSE. */
public final class MountedImage {
    private MountedImage() {}

    /**
     * The bytes of a disk; the calling test ends here where it cannot be mounted.
     *
     * @param program which one mounts it; with its parents, where it is vhdimount
     */
    public static byte[] bytesOf(String program, Path image, Path scratch, int size) throws IOException {
        Oracle mount = Oracle.require(program);
        Oracle unmount = Oracle.require("umount");
        Assumptions.assumeTrue(Files.isReadable(Path.of("/dev/fuse")), "skipped: there is no FUSE here");
        Path folder = Files.createTempDirectory(scratch, "mounted");
        Oracle.Result mounted = mount.run(image, folder);
        Assumptions.assumeTrue(
                mounted.exitCode() == 0, () -> "skipped: " + program + " does not mount: " + mounted.output());
        try {
            // It shows a file for each disk of the chain, the child first or last.
            List<Path> disks;
            try (var files = Files.list(folder)) {
                disks = files.sorted().toList();
            }
            try (InputStream in = Files.newInputStream(disks.getLast())) {
                return in.readNBytes(size);
            }
        } finally {
            unmount.run(folder).orFail();
        }
    }
}
