package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Slot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes the drives. */
final class DriveWriter {
    private static final Set<String> FORMATS = Set.of("", "raw", "qcow2", "qcow", "qed", "vmdk", "cloop");
    private static final Set<String> USUAL_ADAPTERS = Set.of("piix3", "piix4", "ich6", "ahci");
    private static final Pattern BARE_NAME = Pattern.compile("[^/:\\s]+");
    private static final Set<String> OF_RECORD = Set.of("file", "volume", "media", "ro", "serial", "format");

    private final Machine machine;
    private final ConfOutput out;
    private final ScsiHardware scsi;

    DriveWriter(Machine machine, ConfOutput out) {
        this.machine = machine;
        this.out = out;
        this.scsi = scsi(machine);
    }

    /** What all SCSI drives of the machine are attached to: what the first one is. */
    private static ScsiHardware scsi(Machine machine) {
        Optional<String> kept = SectionWriter.kept(machine, "scsihw").filter(ScsiHardware.words()::contains);
        Optional<Disk> first = machine.disks().stream()
                .filter(disk -> disk.slot().bus() == Bus.SCSI)
                .findFirst();
        if (first.isEmpty()) {
            return kept.map(ScsiHardware::ofWord).orElse(ScsiHardware.VIRTIO);
        }
        ScsiHardware byDrive =
                first.get().adapter().flatMap(ScsiHardware::ofAdapter).orElse(ScsiHardware.VIRTIO);
        return kept.map(ScsiHardware::ofWord)
                .filter(model -> model.adapter().equals(byDrive.adapter()))
                .orElse(byDrive);
    }

    /** The drives that are written, by their keys. */
    Map<String, Disk> write() {
        Map<String, Disk> written = new LinkedHashMap<>();
        boolean needsScsi =
                machine.disks().stream().anyMatch(disk -> disk.slot().bus() == Bus.SCSI);
        boolean kept = SectionWriter.kept(machine, "scsihw")
                .filter(ScsiHardware.words()::contains)
                .isPresent();
        if (kept || needsScsi) {
            out.put("scsihw", scsi.word());
        }
        for (Disk disk : machine.disks()) {
            String item = "drive " + disk.slot().deviceName();
            Optional<String> refusal = refusal(disk);
            if (refusal.isPresent()) {
                out.lose(item, refusal.get());
                continue;
            }
            Optional<String> key = key(disk, written.keySet(), item);
            if (key.isPresent()) {
                written.put(key.get(), disk);
                out.put(key.get(), properties(disk, item).toString());
            }
        }
        return written;
    }

    private static Optional<String> refusal(Disk disk) {
        String bus = disk.slot().bus().id();
        if (DriveReader.count(disk.slot().bus()) == 0 || disk.kind() == Disk.Kind.FLOPPY) {
            return Optional.of("is on " + bus + ", where Proxmox attaches no drives");
        }
        if (disk.slot().partition().isPresent()) {
            return Optional.of("is a single partition, which Proxmox does not give a machine");
        }
        if (disk.medium().isEmpty()) {
            return disk.kind() == Disk.Kind.CDROM ? Optional.empty() : Optional.of("has no image");
        }
        Medium medium = disk.medium().get();
        if (!FORMATS.contains(medium.format())) {
            return Optional.of("is a " + medium.format() + " image, which Proxmox does not open");
        }
        return expressiblePath(medium.path())
                ? Optional.empty()
                : Optional.of(
                        "has a path that Proxmox cannot have: it is neither a volume, nor absolute, nor a mere file"
                                + " name, or holds a comma or control characters");
    }

    /** Whether a path is a volume's name, absolute, or the name of a file in the machine's folder of the storage local. */
    static boolean expressiblePath(String path) {
        return PropertyString.expressible(path)
                && !path.contains("=")
                && (path.startsWith("/")
                        || VolumeId.parse(path).isPresent()
                        || BARE_NAME.matcher(path).matches());
    }

    private Optional<String> key(Disk disk, Set<String> taken, String item) {
        Slot slot = disk.slot();
        String prefix = slot.bus().id();
        int most = DriveReader.count(slot.bus());
        Optional<Integer> number;
        if (slot.bus() == Bus.SCSI) {
            number = scsi.number(slot);
        } else {
            number = Optional.of(slot)
                    .filter(some -> some.controller() < most && some.unit() < most)
                    .map(Slot::index)
                    .filter(index -> index < most);
        }
        Optional<String> key = number.map(some -> prefix + some).filter(some -> !taken.contains(some));
        for (int i = 0; key.isEmpty() && i < most; i++) {
            if (!taken.contains(prefix + i)) {
                key = Optional.of(prefix + i);
                out.lose("place of " + item, "is one that Proxmox does not have; it becomes " + key.get());
            }
        }
        if (key.isEmpty()) {
            out.lose(item, "is one more than the " + most + " that Proxmox takes on " + prefix);
        }
        return key;
    }

    private PropertyString properties(Disk disk, String item) {
        PropertyString properties = new PropertyString("file");
        String path = disk.medium().map(Medium::path).orElse("none");
        boolean cdrom = disk.kind() == Disk.Kind.CDROM;
        properties.put("file", cdrom && path.equals(DriveReader.HOST_CDROM) ? "cdrom" : path);
        String format = disk.medium().map(Medium::format).orElse("");
        if (!cdrom && !format.isEmpty() && !format.equals(VolumeId.formatOf(path))) {
            properties.put("format", format);
        }
        if (cdrom) {
            properties.put("media", "cdrom");
        }
        if (disk.readOnly() && !cdrom) {
            readOnly(disk, item, properties);
        }
        disk.serial().ifPresent(serial -> properties.put("serial", ProxmoxText.encodedProperty(serial)));
        if (disk.shared()) {
            out.lose("sharing of " + item, "has no word in a definition of Proxmox");
        }
        adapter(disk, item);
        extras(disk.extras(), OF_RECORD, item, properties, out);
        return properties;
    }

    private void readOnly(Disk disk, String item, PropertyString properties) {
        if (disk.slot().bus() == Bus.SCSI || disk.slot().bus() == Bus.VIRTIO) {
            properties.put("ro", "1");
        } else {
            out.lose("write protection of " + item, "is for SCSI and virtio drives only under Proxmox");
        }
    }

    private void adapter(Disk disk, String item) {
        if (disk.adapter().isEmpty()) {
            return;
        }
        String adapter = disk.adapter().get();
        boolean same = disk.slot().bus() == Bus.SCSI
                ? ScsiHardware.ofAdapter(adapter)
                        .filter(model -> model.adapter().equals(scsi.adapter()))
                        .isPresent()
                : USUAL_ADAPTERS.contains(adapter);
        if (!same) {
            out.lose(
                    "controller " + adapter + " of " + item,
                    disk.slot().bus() == Bus.SCSI ? "becomes " + scsi.word() : "is Proxmox's usual one");
        }
    }

    /**
     * Adds what is kept of a device's properties; a value is checked, so that it cannot smuggle in another property.
     *
     * @param ofRecord the names that the record sets
     */
    static void extras(
            List<Extra> extras, Set<String> ofRecord, String item, PropertyString properties, ConfOutput out) {
        for (Extra extra : extras) {
            if (!extra.dialect().equals(ProxmoxDialect.ID)) {
                out.lose(
                        extra.key() + " of " + item,
                        "is an item of " + extra.dialect() + " without a counterpart in Proxmox");
            } else if (!PropertyString.isName(extra.key())
                    || !PropertyString.expressible(extra.value())
                    || ofRecord.contains(extra.key())
                    || extra.key().equals("import-from")) {
                out.lose("item of " + item, "is not in Proxmox's syntax");
            } else {
                properties.put(extra.key(), extra.value());
            }
        }
    }
}
