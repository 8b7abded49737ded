package dev.bothways.conversion.target;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.dialect.Dialects;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What of a machine goes to a host of Proxmox: all but what tells of the host or the state that the machine was in. */
final class ProxmoxMachine {
    private static final String OURS = "proxmox";
    private static final int LONGEST_DESCRIPTION = 8192;

    /** Settings of another host's machine that mean the same on this one. */
    private static final Set<String> HARMLESS = Set.of(
            "acpi",
            "agent",
            "audio0",
            "autostart",
            "balloon",
            "cpu",
            "cpulimit",
            "hotplug",
            "kvm",
            "machine",
            "numa",
            "onboot",
            "ostype",
            "protection",
            "reboot",
            "scsihw",
            "shares",
            "smbios1",
            "spice_enhancements",
            "startdate",
            "startup",
            "tablet",
            "tags",
            "tdf",
            "vga",
            "watchdog");

    private static final Set<String> HARMLESS_OF_DISK = Set.of(
            "aio",
            "backup",
            "cache",
            "detect_zeroes",
            "discard",
            "iothread",
            "model",
            "product",
            "queues",
            "replicate",
            "rerror",
            "ssd",
            "vendor",
            "werror",
            "wwn");

    private final Machine machine;
    private final List<Lost> lost;

    private ProxmoxMachine(Machine machine, List<Lost> lost) {
        this.machine = machine;
        this.lost = lost;
    }

    /**
     * The machine as it will be there.
     *
     * @param lost gets what stays behind
     */
    static Machine of(Machine machine, List<Lost> lost) {
        return new ProxmoxMachine(machine, lost).carried();
    }

    /** What starts the machine there: the volume for the firmware's variables is a new one. */
    static Firmware firmware(Machine machine) {
        return machine.firmware() instanceof Firmware.Uefi uefi
                ? new Firmware.Uefi(uefi.secureBoot())
                : machine.firmware();
    }

    private Machine carried() {
        Machine.Builder carried = machine.toBuilder();
        if (machine.firmware() instanceof Firmware.Uefi uefi && uefi.variables().isPresent()) {
            lose(
                    "UEFI variables " + uefi.variables().get(),
                    "stay behind; the guest starts by its disk's usual boot file");
        }
        machine.description()
                .filter(text -> text.length() > LONGEST_DESCRIPTION)
                .ifPresent(text -> {
                    carried.description(text.substring(0, LONGEST_DESCRIPTION));
                    lose(
                            "end of the description",
                            "is beyond the " + LONGEST_DESCRIPTION + " characters that Proxmox keeps");
                });
        return carried.firmware(firmware(machine))
                .disks(machine.disks().stream().map(this::disk).toList())
                .bootOrder(
                        machine.bootOrder().isEmpty()
                                ? List.of(BootDevice.DISK, BootDevice.CDROM, BootDevice.NETWORK)
                                : machine.bootOrder())
                .extras(extras())
                .build();
    }

    private Disk disk(Disk disk) {
        String item = "drive " + disk.slot().deviceName();
        List<Extra> extras = new ArrayList<>();
        for (Extra extra : disk.extras()) {
            boolean ours = extra.dialect().equals(OURS);
            if (!ours || HARMLESS_OF_DISK.contains(extra.key())) {
                extras.add(extra);
            } else if (!extra.key().equals("size")) {
                lose(extra.key() + " of " + item, "belongs to the host that the machine was on");
            }
        }
        if (disk.kind() != Disk.Kind.DISK && disk.medium().isPresent()) {
            lose("medium in " + item, "is not carried along");
        }
        Optional<Medium> medium = disk.kind() == Disk.Kind.DISK ? disk.medium() : Optional.empty();
        return disk.toBuilder().medium(medium).extras(extras).build();
    }

    private List<Extra> extras() {
        List<Extra> extras = new ArrayList<>();
        for (Extra extra : machine.extras()) {
            boolean ours = extra.dialect().equals(OURS);
            // What reaches into the host is here only where it may stay, with a warning.
            boolean allowed = ours && Dialects.withoutHost(extra).isEmpty();
            if (!ours || allowed || HARMLESS.contains(extra.key())) {
                extras.add(extra);
            } else if (!ProxmoxScript.LATER.contains(extra.key())) {
                lose(extra.key(), "belongs to the host that the machine was on");
            }
        }
        boolean chosen = extras.stream()
                .anyMatch(extra -> extra.dialect().equals(OURS) && extra.key().equals("cpu"));
        if (!chosen) {
            // Proxmox's usual model lacks what guests of today are built for; other hypervisors show the host's.
            extras.add(new Extra(OURS, "cpu", "host"));
        }
        return extras;
    }

    private void lose(String item, String why) {
        lost.add(new Lost(item, why));
    }
}
