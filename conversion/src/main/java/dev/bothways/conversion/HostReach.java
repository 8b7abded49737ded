package dev.bothways.conversion;

import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What of a definition reaches into the host that the machine was on: paths, devices, sockets, scripts, emulators and arguments
 * for them. On another hypervisor's host the same path is something else (a serial port at {@code /dev/sda} would be that host's
 * disk), so it never crosses. From a hypervisor to the same one it stays with a warning that names it; a strict conversion drops
 * it there, too.
 *
 * <p>The disks' own images, which are converted, are no part of it, nor is a file that lies beside the definition under a mere name.
 *
 * @param machine without what may not come along
 * @param hardDisks the hard disks, likewise, in the order in which they were given
 * @param lost what stays with the host
 * @param warnings what comes along and reaches into the host, a sentence each
 */
record HostReach(Machine machine, List<Disk> hardDisks, List<Lost> lost, List<String> warnings) {
    private static final String PYGRUB = "pygrub";

    /** An absolute path: not what ends an XML element, follows a scheme or a word, or is base64. */
    private static final Pattern PATH = Pattern.compile("(?<![\\w/.<)\\]*+-])/[\\p{L}\\w.@-]");

    private static final Pattern WINDOWS_PATH = Pattern.compile("(?<![A-Za-z])[A-Za-z]:[\\\\/](?!/)|\\\\\\\\[\\w.?]");
    private static final Pattern SOCKET =
            Pattern.compile("(?i)\\b(tcp|udp|telnet|unix|vnc|spice|nbd|iscsi|rbd|nfs|ssh|smb)(:|://)[\\w\\[/.]");

    /** VirtualBox' way to configure the device model. */
    private static final String DEVICE_MODEL = "VBoxInternal";

    /** Sources of random numbers are the same on every host. */
    private static final Pattern HARMLESS_PATH = Pattern.compile("/dev/(u?random|hwrng|null|zero)(?![\\w/])");

    /** Keys whose values reach into the host whatever they are. */
    private static final Pattern KEYS = Pattern.compile(
            "(?ix) .*( commandline | device[-_]?model(?!_version) | emulator | hook | script | virtfs | virtiofs | filesystem"
                    + " | hostdisk | hostpath | hostdevice | shared_?folder | ivshmem | shmem | vhost | chardev | redirdev"
                    + " | passthr | cicustom | cloud-?init-?custom ).*"
                    + " | args | (devices/)?(parallel|serial|channel)([0-9.:/].*)? | (.*[:/])?(parallel|serial)[0-9]+([.:].*)?"
                    + " | p9 | iomem | ioports | irqs | dtdev | device_tree | usbdevice | usbdev[0-9]* | pci | usb[0-9]+ | hostpci[0-9]+"
                    + " | backend | vuart | vdispl | vsnd | pvcalls");

    HostReach {
        hardDisks = List.copyOf(hardDisks);
        lost = List.copyOf(lost);
        warnings = List.copyOf(warnings);
    }

    /**
     * The machine as it may leave its host.
     *
     * @param dialect the source's
     * @param hardDisks the source's, as they will be laid out
     * @param target the target's name
     * @param strict whether nothing that reaches into the host stays, even where the hypervisor stays the same
     */
    static HostReach of(Machine source, String dialect, List<Disk> hardDisks, String target, boolean strict) {
        boolean same = hypervisor(dialect, source.platform()).equals(target);
        return new Check(source, same, strict || !same).run(hardDisks);
    }

    /** Whose definition it is, by the name of that target. */
    static String hypervisor(String dialect, Platform platform) {
        return switch (dialect) {
            case "xapi" -> "xenserver";
            case "proxmox", "kubevirt", "hyperv" -> dialect;
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

    /** Whether a text names something of the host. */
    static boolean reaches(String text) {
        String rest = HARMLESS_PATH.matcher(text).replaceAll("");
        return PATH.matcher(rest).find()
                || WINDOWS_PATH.matcher(rest).find()
                || SOCKET.matcher(rest).find()
                || rest.contains(DEVICE_MODEL);
    }

    private static boolean reaches(Extra extra) {
        return KEYS.matcher(extra.key()).matches() || reaches(extra.value());
    }

    private static final class Check {
        private final Machine machine;
        private final boolean same;
        private final boolean drop;
        private final List<Lost> lost = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();

        Check(Machine machine, boolean same, boolean drop) {
            this.machine = machine;
            this.same = same;
            this.drop = drop;
        }

        HostReach run(List<Disk> hardDisks) {
            // Who has the machine's disks has them twice: in the machine, and as they will be laid out.
            List<Disk> laidOut = hardDisks.stream().map(this::silently).toList();
            List<Disk> drives = new ArrayList<>();
            int cdroms = 0;
            for (Disk drive : machine.disks()) {
                drives.add(
                        switch (drive.kind()) {
                            case DISK -> drive(drive);
                            case CDROM -> removable(drive(drive), "CD drive " + ++cdroms);
                            case FLOPPY ->
                                removable(
                                        drive(drive),
                                        "floppy drive " + drive.slot().deviceName());
                        });
            }
            Machine clean = machine.toBuilder()
                    .firmware(firmware(machine.firmware()))
                    .disks(drives)
                    .nics(nics())
                    .consoles(consoles())
                    .extras(extras(machine.extras(), ""))
                    .build();
            return new HostReach(clean, laidOut, lost, warnings);
        }

        /** Whether an item that reaches into the host goes; names it either way. */
        private boolean goes(String item, String what) {
            if (drop) {
                lost.add(new Lost(item, "reaches into the host (" + what + ") and stays with it"));
            } else {
                warnings.add(item + " reaches into the host: " + what
                        + "; see that it is meant on the new host, or leave it out with --strict");
            }
            return drop;
        }

        private Disk silently(Disk disk) {
            return drop
                    ? disk.toBuilder()
                            .extras(disk.extras().stream()
                                    .filter(extra -> !reaches(extra))
                                    .toList())
                            .build()
                    : disk;
        }

        private Disk drive(Disk drive) {
            return drive.toBuilder()
                    .extras(extras(drive.extras(), " of drive " + drive.slot().deviceName()))
                    .build();
        }

        /** A disc is a file or a device of its host; on another hypervisor the drive is empty. */
        private Disk removable(Disk drive, String item) {
            if (drive.medium().isEmpty()) {
                return drive;
            }
            String path = drive.medium().get().path();
            if (same) {
                boolean goes = reaches(path) && goes("the medium in " + item, path);
                return goes ? emptied(drive) : drive;
            }
            if (drive.kind() == Disk.Kind.CDROM) {
                String name = "the CD in " + drive.slot().deviceName();
                lost.add(new Lost(name, "stays behind; the drive is empty on the target"));
            }
            return emptied(drive);
        }

        private static Disk emptied(Disk drive) {
            return drive.toBuilder().medium(Optional.empty()).build();
        }

        private List<Nic> nics() {
            List<Nic> nics = new ArrayList<>();
            for (Nic nic : machine.nics()) {
                String of = " of network card " + (nics.size() + 1);
                Nic.Builder clean = nic.toBuilder().extras(extras(nic.extras(), of));
                if (nic.network()
                        .filter(network -> reaches(network) && goes("network" + of, network))
                        .isPresent()) {
                    clean.network(Optional.empty());
                }
                nics.add(clean.build());
            }
            return nics;
        }

        private List<Console> consoles() {
            List<Console> consoles = new ArrayList<>();
            for (Console console : machine.consoles()) {
                String item = "connection of console " + (consoles.size() + 1);
                String what = console.connection().id()
                        + console.target().map(target -> " " + target).orElse("");
                consoles.add(leadsToTheHost(console) && goes(item, what) ? Console.pty(console.type()) : console);
            }
            return consoles;
        }

        private static boolean leadsToTheHost(Console console) {
            return switch (console.connection()) {
                case PTY, NULL, STDIO -> false;
                case FILE, PIPE ->
                    console.target().filter(name -> !isMereName(name)).isPresent();
                case TCP, TELNET, UDP, UNIX, DEVICE, OTHER -> true;
            };
        }

        private Firmware firmware(Firmware firmware) {
            return switch (firmware) {
                case Firmware.Bios bios -> bios;
                case Firmware.Uefi uefi -> {
                    Optional<String> file = uefi.variables();
                    boolean reaching =
                            file.filter(path -> !same || !isMereName(path)).isPresent();
                    yield reaching && goes("UEFI variables", file.orElseThrow())
                            ? new Firmware.Uefi(uefi.secureBoot())
                            : uefi;
                }
                case Firmware.DirectKernel kernel -> goes("kernel of the host", files(kernel)) ? ownLoader() : kernel;
                case Firmware.HostBootLoader loader -> {
                    String program = loader.program().substring(loader.program().lastIndexOf('/') + 1);
                    boolean usual = program.equals(PYGRUB)
                            && loader.arguments().stream().noneMatch(HostReach::reaches);
                    yield usual || !goes("boot loader of the host", loader.program())
                            ? pathless(loader, program)
                            : ownLoader();
                }
                case Firmware.ParavirtualGrub grub ->
                    reaches(grub.image()) && goes("boot loader of the host", grub.image()) ? ownLoader() : grub;
            };
        }

        private static String files(Firmware.DirectKernel kernel) {
            return kernel.kernel()
                    + kernel.ramdisk().map(file -> " with " + file).orElse("");
        }

        /** Where pygrub lies is another matter on another host. */
        private Firmware pathless(Firmware.HostBootLoader loader, String program) {
            return drop
                    ? new Firmware.HostBootLoader(
                            program, loader.arguments(), loader.kernel(), loader.ramdisk(), loader.commandLine())
                    : loader;
        }

        /** What starts the guest from its own disk. */
        private Firmware ownLoader() {
            return PlatformDevices.of(machine.platform()).firmware(new Firmware.Bios());
        }

        private List<Extra> extras(List<Extra> extras, String of) {
            List<Extra> clean = new ArrayList<>();
            for (Extra extra : extras) {
                String what = extra.secret() ? "(secret)" : extra.value();
                if (!reaches(extra) || !goes(extra.key() + of + " (" + extra.dialect() + ")", what)) {
                    clean.add(extra);
                }
            }
            return clean;
        }
    }

    /** Whether it is the name of a file beside the definition. */
    private static boolean isMereName(String path) {
        return !path.contains("/") && !path.contains("\\") && !path.equals("..");
    }
}
