package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.xapi.XapiDialect.ArchivedDisk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** VBDs, VDIs, and the two storage repositories they came from: one for disks, one for the CDs of the host's library. */
final class DriveObjects {
    private static final int FIRST_WITHOUT_IDE = 4;

    private final XapiWriter writer;
    private final Machine machine;
    private final String vm;
    private final List<Optional<ArchivedDisk>> archived = new ArrayList<>();
    private final Map<Disk, Integer> numbers = new LinkedHashMap<>();
    private final Map<String, List<String>> held = new LinkedHashMap<>();
    private final Map<String, String> repositoryIds = new LinkedHashMap<>();

    DriveObjects(XapiWriter writer, Machine machine, String vm) {
        this.writer = writer;
        this.machine = machine;
        this.vm = vm;
    }

    /** Of the hard disks, in order. */
    List<Optional<ArchivedDisk>> archived() {
        return archived;
    }

    /** The ids of the VBDs. */
    List<String> write(Optional<List<Long>> sizes) {
        number();
        List<String> vbds = new ArrayList<>();
        int hardDisk = 0;
        for (int i = 0; i < machine.disks().size(); i++) {
            Disk disk = machine.disks().get(i);
            boolean hard = disk.kind() == Disk.Kind.DISK;
            long size = hard && sizes.isPresent() ? sizes.get().get(hardDisk++) : 0;
            Optional<String> why = refusal(disk);
            if (why.isPresent()) {
                writer.lose("drive " + name(disk), why.get());
                if (hard) {
                    archived.add(Optional.empty());
                }
                continue;
            }
            if (hard && sizes.isEmpty()) {
                writer.lose("size of drive " + name(disk), "is not known, so the definition alone cannot be imported");
            }
            vbds.add(drive(disk, size));
        }
        return vbds;
    }

    private static String name(Disk disk) {
        return disk.slot().deviceName();
    }

    private static Optional<String> refusal(Disk disk) {
        if (disk.kind() == Disk.Kind.FLOPPY) {
            return Optional.of("is a floppy, and XenServer has none");
        }
        if (disk.kind() == Disk.Kind.DISK && disk.medium().isEmpty()) {
            return Optional.of("has no medium, and XenServer has no empty disks");
        }
        if (disk.slot().partition().isPresent()) {
            return Optional.of("is a single partition given as a device, and XenServer gives whole disks");
        }
        return Optional.empty();
    }

    /** Drives on Xen's bus and on IDE keep their numbers; the others get the free ones. */
    private void number() {
        for (Disk disk : machine.disks()) {
            Slot slot = disk.slot();
            boolean numbered = slot.bus() == Bus.XEN || slot.bus() == Bus.IDE;
            if (refusal(disk).isEmpty()
                    && numbered
                    && slot.index() < VbdReader.MOST_DRIVES
                    && !numbers.containsValue(slot.index())) {
                numbers.put(disk, slot.index());
            }
        }
        for (Disk disk : machine.disks()) {
            if (refusal(disk).isEmpty() && !numbers.containsKey(disk)) {
                int free = 0;
                while (numbers.containsValue(free)) {
                    free++;
                }
                numbers.put(disk, free);
            }
        }
    }

    private String drive(Disk disk, long size) {
        int number = numbers.getOrDefault(disk, 0);
        String device = "drive " + name(disk);
        if (disk.slot().bus() != Bus.XEN || disk.slot().index() != number) {
            writer.lose(
                    "place " + disk.slot().bus().id() + " " + disk.slot().index() + " of " + device,
                    "becomes number " + number + " on Xen's own bus, where XenServer has all drives"
                            + (machine.platform() == Platform.XEN_HVM && number < FIRST_WITHOUT_IDE
                                    ? ", and the same on IDE"
                                    : ""));
        }
        disk.adapter().ifPresent(model -> writer.lose("controller " + model + " of " + device, "has no field in XAPI"));
        disk.serial().ifPresent(serial -> writer.lose("serial number of " + device, "has no field in XAPI"));
        KeptParts parts = KeptParts.of(
                disk.extras(),
                List.of(
                        "qos_algorithm_type",
                        VbdReader.VDI_PREFIX + "name_label",
                        VbdReader.VDI_PREFIX + "name_description"),
                List.of("qos_algorithm_params", "other_config"),
                device,
                writer);
        String vbd = writer.newReference();
        Optional<String> vdi = disk.medium().map(medium -> vdi(disk, number, size, vbd, parts));
        writer.add(new RpcRecord()
                .text("uuid", writer.derived("vbd/" + number))
                .emptyArrays("allowed_operations")
                .emptyMaps("current_operations")
                .text("VM", vm)
                .text("VDI", vdi.orElse("OpaqueRef:NULL"))
                .blank("device")
                .text("userdevice", number)
                .truth("bootable", disk.kind() == Disk.Kind.DISK && disk.boot())
                .text("mode", disk.readOnly() ? "RO" : "RW")
                .text("type", disk.kind() == Disk.Kind.CDROM ? "CD" : "Disk")
                .truth("unpluggable", disk.kind() == Disk.Kind.DISK)
                .truth("storage_lock", false)
                .truth("empty", vdi.isEmpty())
                .map("other_config", parts.map("other_config"))
                .truth("currently_attached", false)
                .text("status_code", 0)
                .blank("status_detail")
                .emptyMaps("runtime_properties")
                .text("qos_algorithm_type", parts.field("qos_algorithm_type", ""))
                .map("qos_algorithm_params", parts.map("qos_algorithm_params"))
                .emptyArrays("qos_supported_algorithms")
                .none("metrics")
                .object("VBD", vbd));
        return vbd;
    }

    /** A CD is one that the importing host has in its library under the same name, or the drive is empty there. */
    private String vdi(Disk disk, int number, long size, String vbd, KeptParts parts) {
        boolean cdrom = disk.kind() == Disk.Kind.CDROM;
        String path = disk.medium().orElseThrow().path();
        String id = cdrom ? writer.newReference() : writer.reference(disk);
        String uuid = writer.derived("vdi/" + number);
        String content = cdrom ? "iso" : "user";
        String label = cdrom ? path : VbdReader.usualName(machine.name(), number);
        if (!cdrom) {
            archived.add(Optional.of(new ArchivedDisk(id, size)));
        }
        held.computeIfAbsent(content, any -> new ArrayList<>()).add(id);
        String prefix = VbdReader.VDI_PREFIX;
        writer.add(new RpcRecord()
                .text("uuid", uuid)
                .text("name_label", parts.field(prefix + "name_label", writer.expressible("name of a disk", label)))
                .text("name_description", parts.field(prefix + "name_description", ""))
                .emptyArrays("allowed_operations")
                .emptyMaps("current_operations")
                .text("SR", repositoryIds.computeIfAbsent(content, any -> writer.newReference()))
                .texts("VBDs", List.of(vbd))
                .emptyArrays("crash_dumps")
                .text("virtual_size", size)
                .text("physical_utilisation", size)
                .text("type", "user")
                .truth("sharable", disk.shared())
                .truth("read_only", disk.readOnly())
                .emptyMaps("other_config")
                .truth("storage_lock", false)
                .text("location", cdrom ? path : uuid)
                .truth("managed", true)
                .truth("missing", false)
                .none("parent")
                .emptyMaps("xenstore_data", "sm_config")
                .truth("is_a_snapshot", false)
                .none("snapshot_of")
                .emptyArrays("snapshots")
                .typed("snapshot_time", "dateTime.iso8601", VmFields.NEVER)
                .emptyArrays("tags")
                .truth("allow_caching", false)
                .text("on_boot", "persist")
                .none("metadata_of_pool")
                .truth("metadata_latest", false)
                .truth("is_tools_iso", false)
                .truth("cbt_enabled", false)
                .object("VDI", id));
        return id;
    }

    /** The repositories, once all their VDIs are known. */
    void repositories() {
        repositoryIds.forEach((content, id) -> writer.add(new RpcRecord()
                .text("uuid", writer.derived("sr/" + content))
                .text("name_label", content.equals("iso") ? "CDs" : "Disks")
                .blank("name_description")
                .emptyArrays("allowed_operations")
                .emptyMaps("current_operations")
                .texts("VDIs", held.getOrDefault(content, List.of()))
                .emptyArrays("PBDs")
                .text("virtual_allocation", 0)
                .text("physical_utilisation", 0)
                .text("physical_size", 0)
                .text("type", content.equals("iso") ? "iso" : "ext")
                .text("content_type", content)
                .truth("shared", content.equals("iso"))
                .emptyMaps("other_config")
                .emptyArrays("tags")
                .emptyMaps("sm_config", "blobs")
                .truth("local_cache_enabled", false)
                .none("introduced_by")
                .truth("clustered", false)
                .truth("is_tools_sr", false)
                .object("SR", id)));
    }
}
