package dev.bothways.conversion;

import dev.bothways.conversion.target.HardDisks;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.Dialects;
import dev.bothways.machine.dialect.HostPaths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What of a definition reaches into the host that the machine was on: its files, devices, sockets and pipes, the scripts that it
 * runs, the emulator and its arguments. On another hypervisor's host the same name is something else (a serial port at {@code
 * /dev/sda} would be that host's disk), so it never crosses. From a hypervisor to the same one it stays, and a warning names it; a
 * strict conversion drops it there, too.
 *
 * <p>The record's own fields are judged here, and what a dialect kept besides by that dialect ({@link
 * dev.bothways.machine.dialect.Dialect#withoutHost}). The disks' own images, which are converted, are no part of it, nor is a file that
 * lies beside the definition under a mere name.
 *
 * @param machine without all of it
 * @param hardDisks the hard disks, likewise, in the order in which they were given
 * @param items what it is, by the names of the plan's items
 */
record HostReach(Machine machine, List<Disk> hardDisks, Map<String, Found> items) {
    private static final String PYGRUB = "pygrub";
    private static final String OWN_DISK = "the guest is started from its own disk";
    private static final String EMPTY = "the drive is empty on the target";
    private static final int LONGEST = 500;
    private static final Pattern NAMESPACE = Pattern.compile("\\s+xmlns(:[\\w-]+)?=(\"[^\"]*\"|'[^']*')");

    /** Ends that a hypervisor makes for the machine, of those that the record has no word for. */
    private static final Set<String> OWN_ENDS = Set.of("vc", "spicevmc", "spiceport", "dbus", "qemu-vdagent");

    /**
     * One item.
     *
     * @param what it leads to: a path, an address, an argument; empty text where the item's name says it
     * @param instead what happens without it, where that is not plain; may be empty text
     */
    record Found(String what, String instead) {
        private Found(String what) {
            this(what, "");
        }

        private Found and(Found more) {
            return what.equals(more.what) ? this : new Found(what + "; " + more.what, instead);
        }
    }

    HostReach {
        hardDisks = List.copyOf(hardDisks);
        items = Collections.unmodifiableMap(new LinkedHashMap<>(items));
    }

    /**
     * Whether a machine leaves its hypervisor.
     *
     * @param dialect of its definition
     * @param target where it goes
     */
    static boolean crosses(String dialect, Platform platform, String target) {
        return !hypervisor(dialect, platform).equals(target);
    }

    /** Whose definition it is, by the name of that target. */
    private static String hypervisor(String dialect, Platform platform) {
        return switch (dialect) {
            case "xapi" -> "xenserver";
            case "proxmox", "kubevirt" -> dialect;
            default ->
                switch (platform) {
                    case XEN_PV, XEN_PVH, XEN_HVM -> "xen";
                    case HYPERV_GEN1, HYPERV_GEN2 -> "hyperv";
                    case VMWARE -> "vmware";
                    case KVM -> "kvm";
                    case VIRTUALBOX -> "virtualbox";
                };
        };
    }

    /**
     * Finds it.
     *
     * @param hardDisks the machine's, as they will be laid out
     * @param crossing whether the machine leaves its hypervisor: then what only its own could read goes, too
     */
    static HostReach of(Machine machine, List<Disk> hardDisks, boolean crossing) {
        return new Search(machine, crossing).run(hardDisks);
    }

    /** That it stays behind. */
    List<Lost> lost() {
        return lost(items);
    }

    /** That so much of it stays behind as the machine no longer has on other hardware. */
    List<Lost> lostOn(Machine mapped) {
        Map<String, Found> gone = new LinkedHashMap<>(items);
        gone.keySet().removeAll(of(mapped, HardDisks.of(mapped), false).items.keySet());
        return lost(gone);
    }

    private static List<Lost> lost(Map<String, Found> items) {
        List<Lost> lost = new ArrayList<>();
        items.forEach((item, found) -> lost.add(new Lost(
                item,
                "stays with its host" + (found.what.isEmpty() ? "" : ": " + found.what)
                        + (found.instead.isEmpty() ? "" : "; " + found.instead))));
        return lost;
    }

    /** That it comes along, a sentence each. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        items.forEach((item, found) -> warnings.add(item + " reaches into the host"
                + (found.what.isEmpty() ? "" : " (" + found.what + ")")
                + " and is written as it is; check that it is meant on the new host, or leave it out with --strict"));
        return warnings;
    }

    private static final class Search {
        private final Machine machine;
        private final boolean crossing;
        private final Map<String, Found> items = new LinkedHashMap<>();

        Search(Machine machine, boolean crossing) {
            this.machine = machine;
            this.crossing = crossing;
        }

        HostReach run(List<Disk> hardDisks) {
            Firmware firmware = firmware(machine.firmware());
            List<Disk> laidOut = new ArrayList<>();
            for (Disk disk : hardDisks) {
                laidOut.add(drive(disk, "disk " + disk.slot().deviceName()));
            }
            Machine.Builder free = machine.toBuilder()
                    .firmware(firmware)
                    .disks(drives())
                    .nics(nics())
                    .consoles(consoles())
                    .hostDevices(List.of());
            for (HostDevice device : machine.hostDevices()) {
                items.put("host device " + device.kind() + " " + device.address(), new Found(""));
            }
            return new HostReach(free.extras(extras(machine.extras(), "")).build(), laidOut, items);
        }

        private List<Disk> drives() {
            List<Disk> drives = new ArrayList<>();
            int cdroms = 0;
            int floppies = 0;
            for (Disk drive : machine.disks()) {
                drives.add(
                        switch (drive.kind()) {
                            case DISK -> drive(drive, "disk " + drive.slot().deviceName());
                            case CDROM -> removable(drive, "CD drive " + ++cdroms);
                            case FLOPPY -> removable(drive, "floppy drive " + ++floppies);
                        });
            }
            return drives;
        }

        private Disk drive(Disk drive, String name) {
            return drive.toBuilder()
                    .extras(extras(drive.extras(), " of " + name))
                    .build();
        }

        /** A disc is a file or a device of its host. */
        private Disk removable(Disk drive, String name) {
            drive.medium().ifPresent(medium -> items.put("medium of " + name, new Found(medium.path(), EMPTY)));
            return drive(drive, name).toBuilder().medium(Optional.empty()).build();
        }

        private List<Nic> nics() {
            List<Nic> nics = new ArrayList<>();
            for (Nic nic : machine.nics()) {
                String of = " of network card " + (nics.size() + 1);
                Nic.Builder free = nic.toBuilder().extras(extras(nic.extras(), of));
                Optional<String> path = nic.network().filter(HostPaths::in);
                path.ifPresent(network -> items.put("network" + of, new Found(network)));
                nics.add((path.isPresent() ? free.network(Optional.empty()) : free).build());
            }
            return nics;
        }

        private List<Console> consoles() {
            List<Console> consoles = new ArrayList<>();
            for (Console console : machine.consoles()) {
                boolean reaches = leadsToTheHost(console);
                if (reaches) {
                    items.put(
                            "connection of console " + (consoles.size() + 1),
                            new Found(console.connection().id()
                                    + console.target()
                                            .map(target -> " " + target)
                                            .orElse("")));
                }
                consoles.add(reaches ? Console.pty(console.type()) : console);
            }
            return consoles;
        }

        private boolean leadsToTheHost(Console console) {
            Optional<String> target = console.target().filter(text -> !text.isEmpty());
            return switch (console.connection()) {
                case PTY, NULL, STDIO -> false;
                case FILE, PIPE, UNIX ->
                    target.filter(file -> crossing || !isMereName(file)).isPresent();
                case TCP, TELNET, UDP -> target.isPresent();
                case DEVICE -> true;
                case OTHER -> target.filter(end -> !OWN_ENDS.contains(end)).isPresent();
            };
        }

        private Firmware firmware(Firmware firmware) {
            return switch (firmware) {
                case Firmware.Bios bios -> bios;
                case Firmware.Uefi uefi -> variables(uefi);
                case Firmware.DirectKernel kernel -> kernel(kernel);
                case Firmware.HostBootLoader loader -> loader(loader);
                case Firmware.ParavirtualGrub grub -> {
                    if (!HostPaths.in(grub.image())) {
                        yield grub;
                    }
                    items.put("boot loader of the host", new Found(grub.image(), OWN_DISK));
                    yield ownLoader();
                }
            };
        }

        /** Every hypervisor has a format of its own for them. */
        private Firmware variables(Firmware.Uefi uefi) {
            Optional<String> file = uefi.variables().filter(path -> crossing || !isMereName(path));
            if (file.isEmpty()) {
                return uefi;
            }
            items.put("UEFI variables", new Found(file.get(), "the guest starts by its disk's usual boot file"));
            return new Firmware.Uefi(uefi.secureBoot());
        }

        /** A kernel that lies beside the definition is the guest's, and is put into it where it must be. */
        private Firmware kernel(Firmware.DirectKernel kernel) {
            List<String> files = new ArrayList<>(List.of(kernel.kernel()));
            kernel.ramdisk().ifPresent(files::add);
            if (files.stream().noneMatch(file -> crossing || HostPaths.in(file))) {
                return kernel;
            }
            items.put("kernel of the host", new Found(String.join(", ", files), OWN_DISK));
            return ownLoader();
        }

        private Firmware loader(Firmware.HostBootLoader loader) {
            String program = loader.program().substring(loader.program().lastIndexOf('/') + 1);
            if (!program.equals(PYGRUB)) {
                items.put("boot loader of the host", new Found(loaderArguments(loader), OWN_DISK));
                return ownLoader();
            }
            return new Firmware.HostBootLoader(
                    program, loader.arguments(), loader.kernel(), loader.ramdisk(), loader.commandLine());
        }

        private static String loaderArguments(Firmware.HostBootLoader loader) {
            return loader.arguments().isEmpty()
                    ? loader.program()
                    : loader.program() + " " + String.join(" ", loader.arguments());
        }

        /** What starts the guest from its own disk. */
        private Firmware ownLoader() {
            return switch (machine.platform()) {
                case XEN_PV, XEN_PVH ->
                    new Firmware.HostBootLoader(PYGRUB, List.of(), Optional.empty(), Optional.empty(), "");
                case XEN_HVM, VMWARE, KVM, VIRTUALBOX, HYPERV_GEN1 -> new Firmware.Bios();
                case HYPERV_GEN2 -> new Firmware.Uefi(false);
            };
        }

        private List<Extra> extras(List<Extra> extras, String of) {
            List<Extra> free = new ArrayList<>();
            for (Extra extra : extras) {
                Optional<Extra> left = Dialects.withoutHost(extra);
                if (!left.equals(Optional.of(extra))) {
                    String item = extra.key() + of + " (" + extra.dialect() + ")";
                    items.merge(item, new Found(value(extra)), Found::and);
                }
                left.ifPresent(free::add);
            }
            return free;
        }

        /** On one line, and of XML what is said in it. */
        private static String value(Extra extra) {
            String value = extra.secret() ? "(secret)" : extra.value();
            String line = NAMESPACE.matcher(value).replaceAll("").strip().replaceAll("\\s+", " ");
            return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
        }
    }

    /** Whether it is the name of a file beside the definition. */
    private static boolean isMereName(String path) {
        return !path.contains("/") && !path.contains("\\") && !path.contains(":") && !path.equals("..");
    }
}
