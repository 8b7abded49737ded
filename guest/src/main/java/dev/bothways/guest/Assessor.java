package dev.bothways.guest;

import dev.bothways.guest.Assessment.Driver;
import dev.bothways.guest.PlatformNeeds.DriverSet;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Compares what a platform asks with what a Linux guest has. */
final class Assessor {
    private final LinuxGuest guest;
    private final PlatformNeeds needs;
    private final List<String> reasons = new ArrayList<>();

    Assessor(LinuxGuest guest, Platform platform) {
        this.guest = guest;
        this.needs = PlatformNeeds.of(platform);
    }

    Assessment assess() throws IOException {
        Optional<LinuxKernel> kernel = guest.defaultKernel();
        Driver disk = new Driver(needs.disk().getFirst().name(), DriverAvailability.ABSENT);
        Driver network = new Driver(needs.network().getFirst().name(), DriverAvailability.ABSENT);
        if (kernel.isPresent()) {
            ability(kernel.get());
            disk = driver(kernel.get(), needs.disk(), DriverAvailability::early);
            network = driver(kernel.get(), needs.network(), DriverAvailability::present);
            drivers(kernel.get(), disk, network);
        } else {
            reasons.add("it has no kernel of its own");
        }
        bootLoader();
        names();
        return new Assessment(
                needs.platform(), reasons.isEmpty(), List.copyOf(reasons), disk, network, consoles(), kernel);
    }

    private void ability(LinuxKernel kernel) throws IOException {
        if (needs.ability().isPresent()) {
            Enlightenments enlightenments = kernel.enlightenments();
            if (!enlightenments.has(needs.ability().get())) {
                reasons.add(enlightenments
                        .problem()
                        .orElse(kernel + " was not built for "
                                + needs.platform().id()));
            }
        }
    }

    /** The best driver that is there in time; where none is, the best one of all with where its rarest module is. */
    private static Driver driver(LinuxKernel kernel, List<DriverSet> sets, Predicate<DriverAvailability> enough)
            throws IOException {
        for (DriverSet set : sets) {
            DriverAvailability availability = availability(kernel, set);
            if (enough.test(availability)) {
                return new Driver(set.name(), availability);
            }
        }
        return new Driver(sets.getFirst().name(), availability(kernel, sets.getFirst()));
    }

    private static DriverAvailability availability(LinuxKernel kernel, DriverSet set) throws IOException {
        DriverAvailability worst = DriverAvailability.BUILT_IN;
        for (String module : set.modules()) {
            DriverAvailability one = kernel.driver(module);
            worst = one.compareTo(worst) > 0 ? one : worst;
        }
        return worst;
    }

    private void drivers(LinuxKernel kernel, Driver disk, Driver network) {
        if (disk.availability() == DriverAvailability.ON_DISK) {
            reasons.add("the disk's driver " + disk.name() + " is not in the initramfs of " + kernel);
        } else if (!disk.availability().present()) {
            reasons.add(kernel + " has no driver for the disk (" + disk.name() + ")");
        }
        if (!network.availability().present()) {
            reasons.add(kernel + " has no driver for the network card (" + network.name() + ")");
        }
    }

    private void bootLoader() {
        BootLoader bootLoader = guest.bootLoader();
        if (needs.boot() == PlatformNeeds.Boot.BY_HOST) {
            if (guest.hostBoot().isEmpty() && bootLoader.pygrub().isEmpty()) {
                reasons.add("it has no menu that pygrub reads");
            }
            return;
        }
        boolean efi =
                bootLoader.installed().filter(place -> place.endsWith(".efi")).isPresent();
        boolean bios = bootLoader.installed().isPresent() && !efi;
        boolean fits = switch (needs.boot()) {
            case BY_HOST -> true;
            case BIOS -> bios;
            case UEFI -> efi;
            case BIOS_OR_UEFI -> bios || efi;
        };
        if (guest.root().partition().isEmpty() && guest.root().disk() == 0) {
            reasons.add("its root file system is not in a partition of a disk");
        }
        if (!fits) {
            reasons.add(
                    "it has no boot loader for " + (needs.boot() == PlatformNeeds.Boot.UEFI ? "UEFI" : "the firmware"));
        }
    }

    /** Names of devices that the platform numbers otherwise. */
    private void names() {
        BootEntry.arguments(guest.commandLine(), "root").stream()
                .filter(this::foreign)
                .forEach(root ->
                        reasons.add("the kernel looks for its root on " + root + ", which is named otherwise there"));
        List<String> mounts = guest.fstab().entries().stream()
                .filter(entry -> !entry.has("nofail") && !entry.has("noauto") && foreign(entry.source()))
                .map(Fstab.Entry::source)
                .toList();
        if (!mounts.isEmpty()) {
            String verb = mounts.size() == 1 ? ", which is" : ", which are";
            reasons.add("fstab names " + String.join(", ", mounts) + verb + " named otherwise there");
        }
    }

    private boolean foreign(String name) {
        return VolumeNames.isDevice(name) && !name.startsWith("/dev/" + needs.diskPrefix());
    }

    /** Where it asks for a login on this platform. The graphical console has one on tty1. */
    private List<String> consoles() {
        List<String> kernelConsoles = BootEntry.arguments(guest.commandLine(), "console").stream()
                .map(console -> console.split(",", 2)[0])
                .toList();
        Consoles consoles = guest.consoles();
        boolean xen = needs.diskPrefix().equals("xvd");
        return needs.consoles().stream()
                .filter(console -> {
                    if (console.equals("tty0")) {
                        return consoles.has("tty1") || guest.initSystem() == InitSystem.SYSTEMD;
                    }
                    boolean byItself = consoles.generated()
                            && (kernelConsoles.contains(console) || (xen && console.equals("hvc0")));
                    return consoles.has(console) || byItself;
                })
                .toList();
    }
}
