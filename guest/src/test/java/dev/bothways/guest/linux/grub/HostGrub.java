package dev.bothways.guest.linux.grub;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.file.Path;

/** The host's own GRUB for BIOS. */
final class HostGrub {
    static final Path FOLDER = Path.of("/usr/lib/grub/i386-pc");

    private HostGrub() {}

    /** Its files; where grub-pc-bin is not installed, the calling test ends here, and fails in CI. */
    static GrubFiles require() throws IOException {
        return GrubFiles.ofFolder(FOLDER).orElseThrow(() -> Oracle.missing("grub-pc-bin"));
    }
}
