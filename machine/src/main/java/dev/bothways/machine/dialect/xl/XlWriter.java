package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.dialect.Written;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a definition, group by group in the order in which a person reads it. */
final class XlWriter {
    private static final long MEBIBYTE = 1L << 20;

    /** Bus, device and function, perhaps behind a domain. */
    private static final Pattern PCI =
            Pattern.compile("([0-9a-fA-F]{1,4}:)?[0-9a-fA-F]{1,2}:[0-9a-fA-F]{1,2}\\.[0-7*]");

    private final Machine machine;
    private final XlOutput out = new XlOutput();

    XlWriter(Machine machine) {
        this.machine = machine;
    }

    Written write() {
        out.text("name", machine.name());
        machine.uuid().ifPresent(uuid -> out.text("uuid", uuid.toString()));
        out.text("type", type());
        unknownToXl();
        out.gap();
        memory();
        processors();
        clock();
        out.gap();
        firmware();
        bootOrder();
        out.gap();
        disks();
        nics();
        out.gap();
        consoles();
        new DisplayWriter(machine, out).write();
        hostDevices();
        out.gap();
        extras();
        return new Written(out.content(), out.lost());
    }

    private boolean emulated() {
        return machine.platform() == Platform.XEN_HVM;
    }

    private String type() {
        return switch (machine.platform()) {
            case XEN_PV -> "pv";
            case XEN_PVH -> "pvh";
            case XEN_HVM -> "hvm";
            case HYPERV_GEN1, HYPERV_GEN2, VMWARE, KVM, VIRTUALBOX ->
                throw new IllegalArgumentException(
                        "xl defines no machine for " + machine.platform().id());
        };
    }

    private void unknownToXl() {
        machine.description().ifPresent(text -> out.lose("description", "has no key in an xl definition"));
        machine.guestOs().ifPresent(id -> out.lose("guest operating system " + id, "has no key in an xl definition"));
        boolean chipKept = machine.extras().stream()
                .anyMatch(extra -> isOurs(extra) && extra.key().equals("vtpm"));
        if (machine.securityChip().isPresent() && !chipKept) {
            out.lose("security chip", "needs a vtpm domain of the host under Xen");
        }
    }

    private void memory() {
        out.number("memory", ceilMebibytes(machine.memory().startup()));
        if (machine.memory().maximum() != machine.memory().startup()) {
            out.number("maxmem", ceilMebibytes(machine.memory().maximum()));
        }
        if (machine.memory().minimum() != machine.memory().startup()) {
            out.lose("minimum of dynamic memory", "has no key in an xl definition");
        }
    }

    private static long ceilMebibytes(long bytes) {
        return Math.ceilDiv(bytes, MEBIBYTE);
    }

    private void processors() {
        Processors processors = machine.processors();
        out.number("vcpus", processors.count());
        if (processors.maximum() != processors.count()) {
            out.number("maxvcpus", processors.maximum());
        }
        processors.limit().ifPresent(limit -> out.number("cap", limit));
        processors.weight().ifPresent(weight -> out.number("cpu_weight", weight));
        if (processors.nested()) {
            out.number("nestedhvm", 1);
        }
        if (processors.topology().isPresent()) {
            out.lose("processor topology", "has no key in an xl definition");
        }
    }

    private void clock() {
        if (machine.clock().base() == Clock.Base.LOCAL_TIME) {
            out.number("localtime", 1);
        }
        if (machine.clock().offsetSeconds() != 0) {
            out.number("rtc_timeoffset", machine.clock().offsetSeconds());
        }
    }

    private void firmware() {
        switch (machine.firmware()) {
            case Firmware.Bios ignored -> requireEmulated("a BIOS");
            case Firmware.Uefi uefi -> {
                uefi.variables()
                        .ifPresent(file ->
                                out.lose("UEFI variables " + file, "are kept by Xen's firmware in its own way"));
                requireEmulated("UEFI");
                out.text("bios", "ovmf");
                if (uefi.secureBoot()) {
                    out.lose("secure boot", "is not offered by Xen's UEFI firmware");
                }
            }
            case Firmware.DirectKernel direct -> {
                out.text("kernel", direct.kernel());
                direct.ramdisk().ifPresent(path -> out.text("ramdisk", path));
                commandLine(direct.commandLine());
            }
            case Firmware.HostBootLoader loader -> {
                out.text("bootloader", loader.program());
                if (!loader.arguments().isEmpty()) {
                    out.list("bootloader_args", loader.arguments());
                }
                loader.kernel().ifPresent(path -> out.text("kernel", path));
                loader.ramdisk().ifPresent(path -> out.text("ramdisk", path));
                commandLine(loader.commandLine());
            }
            case Firmware.ParavirtualGrub grub -> {
                boolean byName = grub.image().equals("pvgrub32") || grub.image().equals("pvgrub64");
                out.text(byName ? "firmware" : "kernel", grub.image());
                commandLine(grub.commandLine());
            }
        }
    }

    private void requireEmulated(String what) {
        if (!emulated()) {
            throw new IllegalArgumentException(machine.platform().id() + " has no room for " + what);
        }
    }

    private void commandLine(String commandLine) {
        if (!commandLine.isEmpty()) {
            out.text("cmdline", commandLine);
        }
    }

    private void bootOrder() {
        if (machine.bootOrder().isEmpty()) {
            return;
        }
        if (!emulated()) {
            out.lose("boot order", "means nothing without firmware");
            return;
        }
        out.text(
                "boot",
                machine.bootOrder().stream()
                        .map(device -> switch (device) {
                            case DISK -> "c";
                            case CDROM -> "d";
                            case NETWORK -> "n";
                            case FLOPPY -> "a";
                        })
                        .collect(Collectors.joining()));
    }

    /** A boot loader of the host looks into the first disk of the list, so the one to boot from goes first. */
    private void disks() {
        List<Disk> disks = new ArrayList<>(machine.disks());
        if (!emulated()) {
            disks.sort(Comparator.comparing(disk -> !disk.boot()));
        }
        List<String> specifications = new ArrayList<>();
        for (Disk disk : disks) {
            SpecificationWriter.disk(disk, out).ifPresent(specifications::add);
        }
        if (!specifications.isEmpty()) {
            out.list("disk", specifications);
        }
    }

    private void nics() {
        List<String> specifications = new ArrayList<>();
        for (Nic nic : machine.nics()) {
            specifications.add(SpecificationWriter.nic(nic, specifications.size(), out));
        }
        if (!specifications.isEmpty()) {
            out.list("vif", specifications);
        }
    }

    private void consoles() {
        List<String> ports = new ArrayList<>();
        for (Console console : machine.consoles()) {
            boolean ownOfXen = console.type() == Console.Type.XEN && console.connection() == Console.Connection.PTY;
            if (console.type() == Console.Type.SERIAL && emulated()) {
                ports.add(SerialDevice.text(console));
            } else if (!ownOfXen) {
                out.lose(
                        console.type().id() + " console",
                        "has no counterpart under " + machine.platform().id());
            }
        }
        if (ports.size() == 1) {
            out.text("serial", ports.getFirst());
        } else if (!ports.isEmpty()) {
            out.list("serial", ports);
        }
    }

    private void hostDevices() {
        TreeMap<String, List<String>> byKey = new TreeMap<>();
        for (HostDevice device : machine.hostDevices()) {
            Optional<String> key = XlReader.HOST_DEVICES.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(device.kind()))
                    .map(entry -> entry.getKey())
                    .findFirst();
            String item = "host device " + device.kind() + " " + device.address();
            if (key.isEmpty()) {
                out.lose(item, "has no key in an xl definition");
            } else if (!isXls(device)) {
                out.lose(item, "is named in words that are not xl's");
            } else {
                byKey.computeIfAbsent(key.get(), any -> new ArrayList<>()).add(device.address());
            }
        }
        byKey.forEach(out::list);
    }

    private static boolean isXls(HostDevice device) {
        return switch (device.kind()) {
            case "pci" -> PCI.matcher(device.address()).lookingAt();
            case "usb" -> device.address().indexOf('=') > 0;
            default -> true;
        };
    }

    private static boolean isOurs(Extra extra) {
        return extra.dialect().equals(XlDialect.ID);
    }

    private void extras() {
        for (Extra extra : machine.extras()) {
            if (isOurs(extra)) {
                out.extra(extra);
            } else {
                out.lose(extra.key(), "is an item of " + extra.dialect() + " without a counterpart in xl");
            }
        }
    }
}
