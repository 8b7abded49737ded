package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.Disk;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.xapi.XapiDialect.Archive;
import dev.bothways.machine.dialect.xml.XmlElement;
import dev.bothways.machine.dialect.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Writes an export: every object that another refers to, and every field that XAPI of XenServer 7.1 and later has no default
 * for. Ids are counted in the order of the objects; a disk whose medium is an id already keeps it. UUIDs that the machine
 * does not have are derived from what it has.
 */
final class XapiWriter {
    private static final Pattern REFERENCE = Pattern.compile("Ref:(0|[1-9][0-9]{0,7})");

    private final Machine machine;
    private final Optional<List<Long>> sizes;
    private final List<XmlElement> objects = new ArrayList<>();
    private final List<Lost> lost = new ArrayList<>();
    /** Ids that disks come with. */
    private final Set<String> given = new HashSet<>();

    private final Set<String> used = new HashSet<>();
    private int next;

    XapiWriter(Machine machine, Optional<List<Long>> sizes) {
        this.machine = machine;
        this.sizes = sizes;
    }

    Archive write() {
        if (machine.platform() != Platform.XEN_PV
                && machine.platform() != Platform.XEN_PVH
                && machine.platform() != Platform.XEN_HVM) {
            throw new IllegalArgumentException(
                    "XAPI defines no machine for " + machine.platform().id());
        }
        List<Disk> hardDisks = machine.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK)
                .toList();
        if (sizes.isPresent() && sizes.get().size() != hardDisks.size()) {
            throw new IllegalArgumentException(
                    hardDisks.size() + " hard disks, " + sizes.get().size() + " sizes");
        }
        hardDisks.forEach(disk -> disk.medium().ifPresent(medium -> {
            if (REFERENCE.matcher(medium.path()).matches()) {
                given.add(medium.path());
            }
        }));
        String vm = newReference();
        DriveObjects drives = new DriveObjects(this, machine, vm);
        NicObjects nics = new NicObjects(this, machine, vm);
        VmFields fields = new VmFields(machine, this);
        List<String> vbds = drives.write(sizes);
        List<String> vifs = nics.write();
        List<String> chips = securityChip(vm);
        objects.addFirst(fields.record(vbds, vifs, chips).object("VM", vm));
        drives.repositories();
        String text = XmlWriter.document(RpcRecord.export(version(), objects), Map.of());
        return new Archive(new Written(text, lost), drives.archived());
    }

    /** XAPI takes an export of its own version or an older one; 1.9 is that of every XenServer since 6. */
    private static RpcRecord version() {
        return new RpcRecord()
                .text("hostname", "bothways")
                .text("date", "2017-02-16")
                .text("product_version", "7.1.0")
                .text("product_brand", "Bothways")
                .text("build_number", "0")
                .text("xapi_major", 1)
                .text("xapi_minor", 9)
                .text("export_vsn", 2);
    }

    /** A chip without contents, as a new one is; hosts older than XenServer 8 and XCP-ng 8.3 pass over it. */
    private List<String> securityChip(String vm) {
        if (machine.securityChip().isEmpty()) {
            return List.of();
        }
        switch (machine.securityChip().get()) {
            case TPM_1_2 -> lose("version 1.2 of the security chip", "is not offered by XenServer; it becomes 2.0");
            case TPM_2_0 -> {
                // The version XAPI has.
            }
        }
        String id = newReference();
        objects.add(new RpcRecord()
                .text("vTPM'_VM", vm)
                .text("vTPM'_uuid", derived("vtpm"))
                .truth("vTPM'_is_unique", false)
                .truth("vTPM'_is_protected", false)
                .blank("vTPM'_content")
                .object("VTPM", id));
        return List.of(id);
    }

    /** An id that no object has. */
    String newReference() {
        String id;
        do {
            id = "Ref:" + next++;
        } while (given.contains(id));
        return id;
    }

    /** The id for a disk: the one its medium is, for the first that has it; else a new one. */
    String reference(Disk disk) {
        return disk.medium()
                .map(medium -> medium.path())
                .filter(given::contains)
                .filter(used::add)
                .orElseGet(this::newReference);
    }

    void add(XmlElement object) {
        objects.add(object);
    }

    void lose(String item, String why) {
        lost.add(new Lost(item, why));
    }

    /** A text for a field, which may be any; what XML cannot hold is lost. */
    String expressible(String what, String text) {
        boolean whole = text.codePoints()
                .allMatch(c -> c == '\t'
                        || c == '\n'
                        || c == '\r'
                        || (c >= 0x20 && c <= 0xD7FF)
                        || (c >= 0xE000 && c <= 0xFFFD)
                        || c >= 0x10000);
        if (!whole) {
            lose("control characters in " + what, "cannot stand in XML");
        }
        return text;
    }

    /** The UUID of a part of the machine. */
    String derived(String part) {
        String machineId = machine.uuid().map(UUID::toString).orElse(machine.name());
        return UUID.nameUUIDFromBytes(("xapi/" + machineId + "/" + part).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
