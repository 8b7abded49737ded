package dev.bothways.guest;

import java.util.List;
import java.util.Optional;

/**
 * A Linux guest.
 *
 * @param root the volume that is mounted on {@code /}
 * @param kernels newest first; where a boot entry chooses one, that one stands first
 * @param tools software of a hypervisor that is installed
 * @param hostBoot the kernel that the host gives, where it does
 * @param problems what could not be read and may matter, a sentence each
 */
public record LinuxGuest(
        Distribution distribution,
        Architecture architecture,
        Optional<String> hostname,
        List<Volume> volumes,
        Volume root,
        GuestFiles files,
        List<LinuxKernel> kernels,
        BootLoader bootLoader,
        Fstab fstab,
        Crypttab crypttab,
        NetworkConfiguration network,
        Consoles consoles,
        List<HypervisorTools> tools,
        InitSystem initSystem,
        Optional<HostBoot> hostBoot,
        List<String> problems)
        implements Guest {

    /**
     * The kernel's command line when nobody chooses: the host's, else that of the boot loader's own choice, else of pygrub's; empty
     * where none of them is there.
     */
    public String commandLine() {
        return hostBoot.map(HostBoot::commandLine)
                .or(() -> bootEntry().map(BootEntry::commandLine))
                .orElse("");
    }

    /** The menu's entry that boots when nobody chooses: the boot loader's own choice, else pygrub's. */
    public Optional<BootEntry> bootEntry() {
        return bootLoader.chosen().or(() -> bootLoader.pygrub().flatMap(BootLoader.PygrubMenu::chosen));
    }

    /** The kernel that boots when nobody chooses; empty where the guest has none. */
    public Optional<LinuxKernel> defaultKernel() {
        return kernels.stream().filter(kernel -> kernel.image().isPresent()).findFirst();
    }

    /** The volume that a guest's path lies on. */
    public Volume volumeOf(String path) throws java.io.IOException {
        return files.place(path).volume();
    }
}
