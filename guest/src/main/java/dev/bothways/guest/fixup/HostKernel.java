package dev.bothways.guest.fixup;

import dev.bothways.disk.HostFile;
import dev.bothways.filesystem.NewFile;
import dev.bothways.guest.HostBoot;
import dev.bothways.guest.LinuxKernel;
import dev.bothways.guest.PlatformNeeds.Boot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A kernel that lies on the Xen host ({@code kernel=}, {@code ramdisk=}) comes into the guest's /boot: a machine with a firmware
 * starts only what is on its own disks.
 */
final class HostKernel implements Fixup {
    private static final int LARGEST = 1 << 30;

    @Override
    public String name() {
        return "kernel of the host";
    }

    /** Where the kernel of this release is in the guest. */
    static String kernelPath(String release) {
        return "/boot/vmlinuz-" + release;
    }

    /** Where its initramfs is. */
    static String initramfsPath(String release) {
        return "/boot/initrd.img-" + release;
    }

    /** The kernel that the host gives, where one is to be copied. */
    static Optional<LinuxKernel> kernel(Draft draft) {
        if (draft.guest().hostBoot().isEmpty() || draft.needs().boot() == Boot.BY_HOST) {
            return Optional.empty();
        }
        return draft.guest().kernels().stream().filter(LinuxKernel::fromHost).findFirst();
    }

    @Override
    public void draft(Draft draft) throws IOException {
        Optional<LinuxKernel> kernel = kernel(draft);
        if (kernel.isEmpty()) {
            return;
        }
        HostBoot boot = draft.guest().hostBoot().orElseThrow();
        String release = kernel.get().release();
        copy(draft, boot.kernel(), kernelPath(release));
        if (boot.initramfs().isPresent()) {
            copy(draft, boot.initramfs().get(), initramfsPath(release));
        }
    }

    private static void copy(Draft draft, Path from, String to) throws IOException {
        if (draft.exists(to)) {
            return; // The guest has its own of the same release, with the modules that belong to it.
        }
        long size = Files.size(from);
        if (size > LARGEST) {
            draft.block(from + " is " + size + " bytes long, and no kernel or initramfs is");
            return;
        }
        draft.write(
                to,
                FileContent.of(HostFile.readAll(from, LARGEST)),
                NewFile.ROOT_FILE,
                "the host gives the guest its kernel, and "
                        + draft.target().platform().id() + " starts only one on the machine's own disks");
    }
}
