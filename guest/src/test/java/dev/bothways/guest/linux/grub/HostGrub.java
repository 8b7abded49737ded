package dev.bothways.guest.linux.grub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The host's own GRUB for BIOS. */
final class HostGrub {
    static final Path FOLDER = Path.of("/usr/lib/grub/i386-pc");

    private HostGrub() {}

    /** Its files; where grub-pc-bin is not installed, the calling test ends here, and fails in CI. */
    static GrubFiles require() throws IOException {
        Optional<GrubFiles> files = GrubFiles.ofFolder(FOLDER);
        if (files.isEmpty() && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("grub-pc-bin is not installed, and in CI it must be");
        }
        return files.orElseGet(() -> Assumptions.abort("skipped: grub-pc-bin is not installed"));
    }
}
