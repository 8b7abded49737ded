package dev.bothways.guest.linux;

import dev.bothways.guest.AttachedDisk;
import dev.bothways.guest.BootEntry;
import dev.bothways.guest.BootLoader;
import dev.bothways.guest.BootLoader.PygrubMenu;
import dev.bothways.guest.Crypttab;
import dev.bothways.guest.Fstab;
import dev.bothways.guest.GuestException;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.HostBoot;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.LinuxKernel;
import dev.bothways.guest.Volume;
import dev.bothways.guest.linux.bootloader.BootLoaders;
import dev.bothways.guest.linux.kernel.Kernels;
import dev.bothways.guest.linux.network.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the facts of a Linux guest. */
public final class LinuxInspection {
    private static final int LARGEST_TABLE = 1 << 20;

    private LinuxInspection() {}

    /**
     * The Linux guest on these volumes.
     *
     * @param disks what the volumes lie on, for boot code outside of partitions
     * @param problems what could not be read so far; it is part of the guest's own list
     * @throws GuestException where there is none, or more than one, or it lies on something that is not read
     */
    public static LinuxGuest inspect(
            List<Volume> volumes, List<AttachedDisk> disks, Optional<HostBoot> hostBoot, List<String> problems)
            throws IOException {
        List<String> found = new ArrayList<>(problems);
        Volume root = new RootFinder(volumes, disks, hostBoot, found).find();
        Fstab fstab = Mounts.fstab(Mounts.join(root, Fstab.parse(""), volumes, found));
        GuestFiles files = Mounts.join(root, fstab, volumes, found);
        BootLoader bootLoader = BootLoaders.find(files, volumes, disks);
        Optional<BootEntry> chosen =
                bootLoader.chosen().or(() -> bootLoader.pygrub().flatMap(PygrubMenu::chosen));
        List<LinuxKernel> kernels = Kernels.find(files, bootLoader.entries(), chosen, hostBoot);
        String commandLine = hostBoot.map(HostBoot::commandLine)
                .or(() -> chosen.map(BootEntry::commandLine))
                .orElse("");
        return new LinuxGuest(
                Distributions.read(files),
                Userland.architecture(files),
                Userland.hostname(files),
                volumes,
                root,
                files,
                kernels,
                bootLoader,
                fstab,
                Crypttab.parse(files.text("/etc/crypttab", LARGEST_TABLE).orElse("")),
                Network.read(files, commandLine, found),
                ConsoleFiles.read(files),
                Tools.read(files),
                Userland.initSystem(files),
                hostBoot,
                List.copyOf(found));
    }
}
