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
import dev.bothways.guest.NetworkConfiguration;
import dev.bothways.guest.Volume;
import dev.bothways.guest.linux.bootloader.BootLoaders;
import dev.bothways.guest.linux.kernel.Kernels;
import dev.bothways.guest.linux.network.Network;
import dev.bothways.guest.network.InterfaceMatch;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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
        List<LinuxKernel> kernels = Kernels.find(files, bootLoader.entries(), chosen(bootLoader), hostBoot);
        try (ExecutorService ahead = Executors.newSingleThreadExecutor()) {
            // Unpacking an initramfs takes as long as all the rest, and every caller asks for the first kernel's.
            Future<?> initramfs = ahead.submit(() ->
                    kernels.isEmpty() ? Optional.empty() : kernels.getFirst().initramfs());
            LinuxGuest guest = guest(volumes, root, files, kernels, bootLoader, fstab, hostBoot, found);
            await(initramfs);
            return guest;
        }
    }

    private static void await(Future<?> initramfs) throws IOException {
        try {
            initramfs.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("inspection was interrupted");
        }
    }

    private static LinuxGuest guest(
            List<Volume> volumes,
            Volume root,
            GuestFiles files,
            List<LinuxKernel> kernels,
            BootLoader bootLoader,
            Fstab fstab,
            Optional<HostBoot> hostBoot,
            List<String> problems)
            throws IOException {
        String commandLine = hostBoot.map(HostBoot::commandLine)
                .or(() -> chosen(bootLoader).map(BootEntry::commandLine))
                .orElse("");
        NetworkConfiguration network = Network.read(files, commandLine, commandLineAt(bootLoader, hostBoot));
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
                network,
                ConsoleFiles.read(files),
                Tools.read(files),
                Userland.initSystem(files),
                hostBoot,
                List.copyOf(problems));
    }

    private static InterfaceMatch.Place commandLineAt(BootLoader bootLoader, Optional<HostBoot> hostBoot) {
        if (hostBoot.isPresent()) {
            return new InterfaceMatch.Place("the kernel's command line in the machine's definition", 0);
        }
        int line = chosen(bootLoader).map(entry -> entry.line() + 1).orElse(0);
        return new InterfaceMatch.Place(
                bootLoader.configuration().orElse("the kernel's command line"), Math.max(0, line));
    }

    private static Optional<BootEntry> chosen(BootLoader bootLoader) {
        return bootLoader.chosen().or(() -> bootLoader.pygrub().flatMap(PygrubMenu::chosen));
    }
}
