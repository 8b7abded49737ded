package dev.bothways.disk.format;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A VHD or VHDX as libvhdi sees it, with its parents: mounted by vhdimount, which takes FUSE. */
public final class MountedVhd {
    private MountedVhd() {}

    /** The bytes of a disk; the calling test ends here where it cannot be mounted. */
    public static byte[] bytesOf(Path image, Path scratch, int size) throws IOException {
        Oracle vhdimount = Oracle.require("vhdimount");
        Oracle unmount = Oracle.require("umount");
        Assumptions.assumeTrue(Files.isReadable(Path.of("/dev/fuse")), "skipped: there is no FUSE here");
        Path folder = Files.createDirectory(scratch.resolve("mounted"));
        Oracle.Result mounted = vhdimount.run(image, folder);
        Assumptions.assumeTrue(mounted.exitCode() == 0, () -> "skipped: vhdimount does not mount: " + mounted.output());
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
