package dev.bothways.guest.fixup;

import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.linux.grub.GrubFiles;
import dev.bothways.guest.linux.initramfs.InitramfsTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What plans for one guest read of it, whatever the target: kept, for it takes time. */
final class Readings {
    private final LinuxGuest guest;
    private final Optional<Path> grubFolder;
    private final Map<String, InitramfsTree> initramfs = new HashMap<>();
    private @Nullable GrubFiles grub;

    Readings(LinuxGuest guest, Optional<Path> grubFolder) {
        this.guest = guest;
        this.grubFolder = grubFolder;
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

    /** Gives the bytes of a file. */
    @FunctionalInterface
    interface Content {
        FileContent read() throws IOException;
    }

    /** What the initramfs at {@code path} unpacks to; {@code content} is asked for its bytes at most once. */
    InitramfsTree initramfs(String path, Content content) throws IOException {
        InitramfsTree found = initramfs.get(path);
        if (found == null) {
            found = InitramfsTree.read(path, content.read().stream());
            initramfs.put(path, found);
        }
        return found;
    }
}
