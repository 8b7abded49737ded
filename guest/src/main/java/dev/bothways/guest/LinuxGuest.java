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
        Optional<HostBoot> hostBoot)
        implements Guest {

    /** The kernel that boots when nobody chooses; empty where the guest has none. */
    public Optional<LinuxKernel> defaultKernel() {
        return kernels.stream().filter(kernel -> kernel.image().isPresent()).findFirst();
    }

    /** The volume that a guest's path lies on. */
    public Volume volumeOf(String path) throws java.io.IOException {
        return files.place(path).volume();
    }
}
