package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The drives, in the order of buses that VMware's own tools list them in: SCSI, SATA, NVMe, IDE, floppies. */
final class VmxDrives {
    /** What stands for no medium in a drive that is the client's or the host's. */
    static final String NO_MEDIUM = "emptyBackingString";

    /** Places of one NVMe controller (hardware version 21); the record counts controllers through. */
    static final int NVME_PLACES = 64;

    /** VMware's controller where none is named. */
    private static final String FIRST_SCSI_ADAPTER = "buslogic";

    private static final Pattern NODE =
            Pattern.compile("(scsi|sata|nvme|ide)([0-9]{1,2}):([0-9]{1,2})", Pattern.CASE_INSENSITIVE);
    private static final Pattern NODE_KEY =
            Pattern.compile("((scsi|sata|nvme|ide)[0-9]{1,2}:[0-9]{1,2})\\..+", Pattern.CASE_INSENSITIVE);
    private static final Set<String> DISK_TYPES =
            Set.of("disk", "harddisk", "scsi-harddisk", "ata-harddisk", "sata-harddisk", "nvme-harddisk", "");
    private static final List<Bus> ORDER = List.of(Bus.SCSI, Bus.SATA, Bus.NVME, Bus.IDE);

    /** The order in which drives are read. */
    static final Comparator<Slot> BY_PLACE = Comparator.comparingInt((Slot slot) -> ORDER.indexOf(slot.bus()))
            .thenComparingInt(Slot::controller)
            .thenComparingInt(Slot::unit);

    private final VmxSettings settings;
    private final List<String> warnings;
    private final List<HostDevice> passedThrough = new ArrayList<>();

    VmxDrives(VmxSettings settings, List<String> warnings) {
        this.settings = settings;
        this.warnings = warnings;
    }

    /** The place that VMware calls so; empty if there is none. */
    static Optional<Slot> slot(String node) {
        Matcher matcher = NODE.matcher(node);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int controller = Integer.parseInt(matcher.group(2));
        int unit = Integer.parseInt(matcher.group(3));
        boolean fits = controller < 4 && unit < NVME_PLACES;
        return switch (VmxSettings.small(matcher.group(1))) {
            case "scsi" -> fits ? Optional.of(Slot.of(Bus.SCSI, controller, unit)) : Optional.empty();
            case "sata" -> fits && unit < 30 ? Optional.of(Slot.of(Bus.SATA, controller, unit)) : Optional.empty();
            case "nvme" -> fits ? Optional.of(Slot.of(Bus.NVME, 0, controller * NVME_PLACES + unit)) : Optional.empty();
            default -> controller < 2 && unit < 2 ? Optional.of(Slot.of(Bus.IDE, controller, unit)) : Optional.empty();
        };
    }

    /** What VMware calls a place; empty where it has no such place. */
    static Optional<String> node(Slot slot) {
        if (slot.partition().isPresent()) {
            return Optional.empty();
        }
        Optional<String> node = switch (slot.bus()) {
            case SCSI, SATA, IDE -> Optional.of(slot.bus().id() + slot.controller() + ":" + slot.unit());
            case NVME -> Optional.of("nvme" + slot.index() / NVME_PLACES + ":" + slot.index() % NVME_PLACES);
            case FLOPPY -> Optional.of("floppy" + slot.index()).filter(name -> slot.index() < 2);
            case XEN, VIRTIO, USB -> Optional.empty();
        };
        return slot.bus() == Bus.FLOPPY
                ? node
                : node.filter(name -> slot(name).filter(slot::equals).isPresent());
    }

    List<Disk> read(List<BootDevice> bootOrder) throws DefinitionException {
        Set<String> nodes =
                new TreeSet<>(Comparator.comparing((String node) -> slot(node).orElseThrow(), BY_PLACE));
        for (VmxSettings.Setting setting : settings.rest()) {
            Matcher matcher = NODE_KEY.matcher(setting.key());
            if (matcher.matches()) {
                String node = VmxSettings.small(matcher.group(1));
                if (slot(node).isEmpty()) {
                    throw settings.error(setting, "is at a place that VMware does not have");
                }
                nodes.add(node);
            }
        }
        List<Disk> drives = new ArrayList<>();
        for (String node : nodes) {
            read(node).ifPresent(drives::add);
        }
        for (int i = 0; i < 2; i++) {
            floppy(i).ifPresent(drives::add);
        }
        mark(drives, bootOrder);
        controllers(drives);
        return drives;
    }

    /** The devices of the host that are given to the guest at places of drives. */
    List<HostDevice> passedThrough() {
        return passedThrough;
    }

    private Optional<Disk> read(String node) throws DefinitionException {
        String prefix = node + ".";
        if (!settings.isTrue(prefix + "present") || !controllerPresent(node)) {
            settings.takeAll(prefix);
            return Optional.empty();
        }
        String type = settings.find(prefix + "deviceType")
                .map(found -> VmxSettings.small(found.value().strip()))
                .orElse("");
        Optional<String> file = settings.find(prefix + "fileName").map(VmxSettings.Setting::value);
        if (type.equals("scsi-passthru")) {
            passedThrough.add(new HostDevice("scsi", node + " " + file.orElse("")));
            return Optional.empty();
        }
        Slot slot = slot(node).orElseThrow();
        boolean image = type.isEmpty() && VmxSettings.small(file.orElse("")).endsWith(".iso");
        boolean disk = DISK_TYPES.contains(type) || type.equals("rawdisk") || type.equals("rdm");
        settings.take(prefix + "present");
        Disk.Builder drive = disk && !image ? disk(node, slot) : cdrom(node, slot, type, file.orElse(""));
        return Optional.of(drive.adapter(adapter(node))
                .shared(shared(node))
                .extras(extras(node))
                .build());
    }

    private boolean controllerPresent(String node) throws DefinitionException {
        String controller = node.substring(0, node.indexOf(':'));
        if (controller.startsWith("ide") || settings.isTrue(controller + ".present")) {
            return true;
        }
        warnings.add(settings.file() + ": " + node + " is on " + controller + ", which is not present; it is left out");
        return false;
    }

    private Disk.Builder disk(String node, Slot slot) throws DefinitionException {
        settings.take(node + ".deviceType")
                .filter(setting ->
                        !DISK_TYPES.contains(VmxSettings.small(setting.value().strip())))
                .ifPresent(settings::putBack);
        String file = settings.word(node + ".fileName")
                .orElseThrow(() -> DefinitionException.of(
                        settings.file(), node + " is a disk without a fileName; name its .vmdk or remove the disk"));
        return Disk.builder(Disk.Kind.DISK, slot).medium(file, "vmdk");
    }

    /** Without a medium of its own a drive shows the client's or the host's, or nothing. */
    private Disk.Builder cdrom(String node, Slot slot, String type, String file) throws DefinitionException {
        Disk.Builder drive = Disk.builder(Disk.Kind.CDROM, slot);
        boolean ofHost = isPathOfHost(file);
        if (type.equals("cdrom-image") || type.isEmpty() || ofHost) {
            Optional<String> path = settings.word(node + ".fileName").filter(name -> !name.equals(NO_MEDIUM));
            path.ifPresent(name -> drive.medium(name, ofHost ? "" : "raw"));
            if (path.isPresent() && !ofHost) {
                settings.take(node + ".deviceType");
            }
            return drive;
        }
        boolean usual = type.equals("cdrom-raw")
                && file.equals(NO_MEDIUM)
                && settings.isTrue(node + ".clientDevice")
                && settings.find(node + ".startConnected").isPresent()
                && !settings.isTrue(node + ".startConnected");
        if (usual) {
            for (String key : List.of("deviceType", "fileName", "clientDevice", "startConnected")) {
                settings.take(node + "." + key);
            }
        }
        return drive;
    }

    /** Whether a name is that of a device of the host, not of a file. */
    static boolean isPathOfHost(String name) {
        return name.startsWith("/dev/")
                || name.startsWith("/vmfs/devices/")
                || name.matches("(?i)[a-z]:|\\\\\\\\\\.\\\\.*");
    }

    private Optional<Disk> floppy(int number) throws DefinitionException {
        String node = "floppy" + number;
        if (!settings.isTrue(node + ".present")) {
            settings.takeAll(node + ".");
            return Optional.empty();
        }
        settings.take(node + ".present");
        Disk.Builder drive = Disk.builder(Disk.Kind.FLOPPY, Slot.of(Bus.FLOPPY, 0, number));
        boolean device = settings.find(node + ".fileType")
                .filter(type -> type.value().equalsIgnoreCase("device"))
                .isPresent();
        String file = settings.find(node + ".fileName")
                .map(VmxSettings.Setting::value)
                .orElse("");
        boolean ofClient = settings.isTrue(node + ".clientDevice");
        if (!file.isBlank() && !ofClient && (!device || isPathOfHost(file))) {
            settings.take(node + ".fileName");
            drive.medium(file.strip(), device ? "" : "raw");
            if (!device) {
                settings.take(node + ".fileType");
            }
        }
        return Optional.of(drive.extras(extras(node)).build());
    }

    private Optional<String> adapter(String node) {
        if (!node.startsWith("scsi")) {
            return Optional.empty();
        }
        return Optional.of(settings.find(controller(node) + ".virtualDev")
                .map(found -> VmxSettings.small(found.value().strip()))
                .filter(found -> !found.isEmpty())
                .orElse(FIRST_SCSI_ADAPTER));
    }

    private static String controller(String node) {
        return node.substring(0, node.indexOf(':'));
    }

    private boolean shared(String node) {
        boolean writers = settings.find(node + ".sharing")
                .filter(found -> found.value().strip().equalsIgnoreCase("multi-writer"))
                .isPresent();
        if (writers) {
            settings.take(node + ".sharing");
        }
        return writers
                || settings.find(controller(node) + ".sharedBus")
                        .filter(found -> sharesItsBus(found.value()))
                        .isPresent();
    }

    static boolean sharesItsBus(String word) {
        return word.strip().equalsIgnoreCase("virtual") || word.strip().equalsIgnoreCase("physical");
    }

    private List<Extra> extras(String node) {
        List<Extra> extras = new ArrayList<>();
        for (VmxSettings.Setting setting : settings.takeAll(node + ".")) {
            String key = setting.key().substring(node.length() + 1);
            boolean silent = (key.equalsIgnoreCase("redo") && setting.value().isEmpty())
                    || (key.equalsIgnoreCase("startConnected")
                            && setting.value().equalsIgnoreCase("true"));
            if (!silent) {
                extras.add(new Extra(VmxDialect.ID, key, setting.value()));
            }
        }
        String scheduled = "sched." + node + ".";
        for (VmxSettings.Setting setting : settings.takeAll(scheduled)) {
            if (!SilentKeys.saysNothing(setting)) {
                extras.add(new Extra(
                        VmxDialect.ID, "sched." + setting.key().substring(scheduled.length()), setting.value()));
            }
        }
        return extras;
    }

    /** What is said of controllers in use stands with their drives; another is kept as it is. */
    private void controllers(List<Disk> drives) {
        for (Disk drive : drives) {
            Optional<String> node = node(drive.slot()).filter(name -> name.indexOf(':') > 0);
            node.map(VmxDrives::controller).ifPresent(controller -> {
                settings.take(controller + ".present");
                if (drive.adapter().isPresent()) {
                    settings.take(controller + ".virtualDev");
                }
            });
        }
    }

    private void mark(List<Disk> drives, List<BootDevice> bootOrder) {
        Optional<VmxSettings.Setting> order = settings.find("bios.hddOrder");
        Optional<Slot> named =
                order.flatMap(found -> slot(found.value().split(",", -1)[0].strip()));
        boolean marked = false;
        for (int i = 0; i < drives.size() && named.isPresent(); i++) {
            Disk drive = drives.get(i);
            if (drive.kind() == Disk.Kind.DISK && drive.slot().equals(named.get())) {
                drives.set(i, drive.toBuilder().boot(true).build());
                marked = true;
                if (order.get().value().indexOf(',') < 0) {
                    settings.take("bios.hddOrder");
                }
            }
        }
        if (!marked) {
            bootFromFirst(drives, Disk.Kind.DISK);
        }
        if (bootOrder.contains(BootDevice.CDROM)) {
            bootFromFirst(drives, Disk.Kind.CDROM);
        }
    }

    static void bootFromFirst(List<Disk> drives, Disk.Kind kind) {
        for (int i = 0; i < drives.size(); i++) {
            if (drives.get(i).kind() == kind) {
                drives.set(i, drives.get(i).toBuilder().boot(true).build());
                return;
            }
        }
    }
}
