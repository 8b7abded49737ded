package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The drives of a VM: VBDs, and the VDIs in them. XenServer numbers them on Xen's own bus; the first four of an emulated
 * machine are on IDE at the same time, for guests without Xen's drivers.
 */
final class VbdReader {
    static final String AUTODETECT = "autodetect";
    static final int MOST_DRIVES = 255;
    /** Extras of the VDI rather than of the VBD. */
    static final String VDI_PREFIX = "VDI:";

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,3}");
    private static final Pattern NAME = Pattern.compile("(?:xvd|hd|sd)([a-z])");
    private static final List<String> KEPT = List.of("qos_algorithm_type");
    private static final List<String> KEPT_MAPS = List.of("qos_algorithm_params", "other_config");

    private final XapiDocument document;
    private final XapiRecord vm;
    private final List<String> warnings;
    private final Set<Slot> taken = new HashSet<>();

    VbdReader(XapiDocument document, XapiRecord vm, List<String> warnings) {
        this.document = document;
        this.vm = vm;
        this.warnings = warnings;
    }

    /** In the order of their numbers. */
    List<Disk> drives(Platform platform, List<BootDevice> bootOrder) throws DefinitionException {
        List<XapiRecord> later = new ArrayList<>();
        List<Disk> drives = new ArrayList<>();
        Optional<Slot> bootable = Optional.empty();
        for (XapiRecord vbd : document.of("VBD", "VM", vm)) {
            if (vbd.word("userdevice").orElse(AUTODETECT).equals(AUTODETECT)) {
                later.add(vbd);
                continue;
            }
            Slot slot = slot(vbd, vbd.word("userdevice").get());
            Optional<Disk> drive = drive(vbd, slot);
            drive.ifPresent(drives::add);
            if (drive.isPresent()
                    && bootable(vbd)
                    && slot.index() < bootable.map(Slot::index).orElse(MOST_DRIVES)) {
                bootable = Optional.of(slot);
            }
        }
        for (XapiRecord vbd : later) {
            int free = 0;
            while (taken.contains(Slot.ofIndex(Bus.XEN, free))) {
                free++;
            }
            drive(vbd, slot(vbd, Integer.toString(free))).ifPresent(drives::add);
        }
        drives.sort(Comparator.comparingInt(drive -> drive.slot().index()));
        markBoot(drives, platform == Platform.XEN_HVM ? Optional.empty() : bootable, bootOrder, platform);
        return drives;
    }

    private static boolean bootable(XapiRecord vbd) throws DefinitionException {
        return vbd.truth("bootable") && kind(vbd) == Disk.Kind.DISK;
    }

    /** A BIOS boots from the lowest number, pygrub from the disk that is marked. */
    private static void markBoot(
            List<Disk> drives, Optional<Slot> marked, List<BootDevice> bootOrder, Platform platform) {
        boolean cdrom = bootOrder.contains(BootDevice.CDROM);
        boolean diskSeen = false;
        boolean cdromSeen = false;
        for (int i = 0; i < drives.size(); i++) {
            Disk drive = drives.get(i);
            boolean boots = switch (drive.kind()) {
                case DISK ->
                    platform == Platform.XEN_HVM
                            ? !diskSeen
                            : marked.filter(drive.slot()::equals).isPresent();
                case CDROM -> cdrom && !cdromSeen;
                case FLOPPY -> false;
            };
            diskSeen |= drive.kind() == Disk.Kind.DISK;
            cdromSeen |= drive.kind() == Disk.Kind.CDROM;
            if (boots) {
                drives.set(i, drive.toBuilder().boot(true).build());
            }
        }
    }

    private Slot slot(XapiRecord vbd, String device) throws DefinitionException {
        Matcher name = NAME.matcher(device);
        int index = MOST_DRIVES;
        if (NUMBER.matcher(device).matches()) {
            index = Integer.parseInt(device);
        } else if (name.matches()) {
            index = name.group(1).charAt(0) - 'a';
        }
        if (index >= MOST_DRIVES) {
            throw vbd.error("userdevice", "'" + device + "' is no number of a drive (0 to " + (MOST_DRIVES - 1) + ")");
        }
        Slot slot = Slot.ofIndex(Bus.XEN, index);
        if (!taken.add(slot)) {
            throw vbd.error("userdevice", "'" + device + "' is the number of another drive too");
        }
        return slot;
    }

    private static Disk.Kind kind(XapiRecord vbd) throws DefinitionException {
        String type = vbd.word("type").orElse("Disk");
        return switch (type) {
            case "Disk" -> Disk.Kind.DISK;
            case "CD" -> Disk.Kind.CDROM;
            case "Floppy" -> Disk.Kind.FLOPPY;
            default -> throw vbd.error("type", "'" + type + "' is none of Disk, CD and Floppy");
        };
    }

    /** Empty for a disk without a VDI, which XAPI leaves out too. */
    private Optional<Disk> drive(XapiRecord vbd, Slot slot) throws DefinitionException {
        Disk.Kind kind = kind(vbd);
        Optional<XapiRecord> vdi = vbd.truth("empty") ? Optional.empty() : document.find("VDI", vbd.reference("VDI"));
        if (vdi.isEmpty() && kind == Disk.Kind.DISK) {
            warnings.add(document.file() + ": the disk " + vbd.id()
                    + " has no VDI in the export and is left out, as XAPI leaves it out");
            return Optional.empty();
        }
        Disk.Builder drive = Disk.builder(kind, slot).readOnly(readOnly(vbd, vdi) || kind == Disk.Kind.CDROM);
        List<Extra> extras = new ArrayList<>();
        if (vdi.isPresent()) {
            drive.medium(medium(vdi.get())).shared(vdi.get().truth("sharable"));
            keepOf(vdi.get(), slot.index(), extras);
        }
        for (String field : KEPT) {
            vbd.word(field).ifPresent(value -> extras.add(new Extra(XapiDialect.ID, field, value)));
        }
        for (String map : KEPT_MAPS) {
            for (Map.Entry<String, String> entry : vbd.map(map).entrySet()) {
                if (!entry.getKey().equals("owner") && !entry.getKey().equals("import_task")) {
                    extras.add(new Extra(XapiDialect.ID, map + ":" + entry.getKey(), entry.getValue()));
                }
            }
        }
        return Optional.of(drive.extras(extras).build());
    }

    private static boolean readOnly(XapiRecord vbd, Optional<XapiRecord> vdi) throws DefinitionException {
        String mode = vbd.word("mode").orElse("RW");
        return switch (mode) {
            case "RO" -> true;
            case "RW" -> vdi.isPresent() && vdi.get().truth("read_only");
            default -> throw vbd.error("mode", "'" + mode + "' is neither RW nor RO");
        };
    }

    /** The folder in the archive; of a CD, which stays in the library of its host, the name it has there. */
    private Optional<Medium> medium(XapiRecord vdi) throws DefinitionException {
        if (inLibrary(document, vdi)) {
            Optional<String> location = vdi.word("location").or(() -> Optional.of(vdi.id()));
            return location.map(name -> new Medium(name, "raw"));
        }
        return Optional.of(new Medium(vdi.id(), "raw"));
    }

    static boolean inLibrary(XapiDocument document, XapiRecord vdi) throws DefinitionException {
        Optional<XapiRecord> repository = document.find("SR", vdi.reference("SR"));
        return repository.isPresent()
                && repository.get().word("content_type").filter("iso"::equals).isPresent();
    }

    /** What a disk without a name of its own is called. */
    static String usualName(String machine, int index) {
        return (machine + " " + index).strip();
    }

    private void keepOf(XapiRecord vdi, int index, List<Extra> extras) throws DefinitionException {
        if (inLibrary(document, vdi)) {
            return;
        }
        String usual = usualName(vm.text("name_label").orElse(""), index);
        for (String field : List.of("name_label", "name_description")) {
            vdi.text(field)
                    .filter(text -> !text.isEmpty() && !text.equals(usual))
                    .ifPresent(text -> extras.add(new Extra(XapiDialect.ID, VDI_PREFIX + field, text)));
        }
    }
}
