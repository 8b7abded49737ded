package dev.bothways.guest.fixup;

import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.linux.grub.GrubFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What plans for one guest read of it, whatever the target: kept, for it takes time. */
final class Readings {
    private final LinuxGuest guest;
    private final Optional<Path> grubFolder;
    private final boolean discardsHibernation;
    private @Nullable GrubFiles grub;

    Readings(LinuxGuest guest, Optional<Path> grubFolder) {
        this(guest, grubFolder, false);
    }

    /** With hibernated systems thrown away, if so asked. */
    Readings(LinuxGuest guest, Optional<Path> grubFolder, boolean discardsHibernation) {
        this.discardsHibernation = discardsHibernation;
        this.guest = guest;
        this.grubFolder = grubFolder;
    }

    /** Whether what a hibernated system left in swap is thrown away. */
    boolean discardsHibernation() {
        return discardsHibernation;
    }

    /** GRUB's own files: those asked for, the guest's, or the host's. */
    GrubFiles grub() throws IOException {
        GrubFiles found = grub;
        if (found == null) {
            found = GrubFiles.find(grubFolder, guest.files());
            grub = found;
        }
        return found;
    }
}
