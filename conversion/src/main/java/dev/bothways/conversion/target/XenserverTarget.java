package dev.bothways.conversion.target;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.archive.xva.XvaArchive;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.xapi.XapiDialect;
import dev.bothways.machine.dialect.xapi.XapiDialect.Archive;
import dev.bothways.machine.dialect.xapi.XapiDialect.ArchivedDisk;
import java.util.List;
import java.util.Optional;

/**
 * XenServer 7.1 and later, and XCP-ng: one {@code NAME.xva}, which {@code xe vm-import} and their consoles take. Machines without
 * emulation are offered last: XenServer 8 has no more of them.
 */
final class XenserverTarget implements Target {
    private static final long LARGEST = 2040L << 30;
    private static final int MOST_DISKS = 255;
    private static final int MOST_EMULATED_DISKS = 16;
    private static final XapiDialect DIALECT = new XapiDialect();

    @Override
    public String id() {
        return "xenserver";
    }

    @Override
    public List<Platform> platforms() {
        return List.of(Platform.XEN_HVM, Platform.XEN_PVH, Platform.XEN_PV);
    }

    @Override
    public List<DiskFormat> diskFormats(Platform platform) {
        return List.of(DiskFormat.RAW);
    }

    @Override
    public Optional<Bundle> bundle() {
        return Optional.of(new XvaBundle(this));
    }

    @Override
    public Optional<Dialect> dialect() {
        return Optional.of(DIALECT);
    }

    /** The archive, and in it the disk's id. */
    @Override
    public String diskFile(Machine machine, int index, DiskFormat format) {
        List<Long> sizes = HardDisks.of(machine).stream().map(disk -> 0L).toList();
        ArchivedDisk disk = archive(machine, sizes)
                .disks()
                .get(index)
                .orElseThrow(() -> new IllegalArgumentException("disk " + index));
        return file(machine) + "/" + disk.folder();
    }

    private static String file(Machine machine) {
        return FileNames.of(machine.name()) + ".xva";
    }

    /** The ids of the disks are counted anew; those of another export mean nothing here. */
    private static Archive archive(Machine machine, List<Long> sizes) {
        List<Disk> drives = machine.disks().stream()
                .map(disk -> disk.kind() == Disk.Kind.DISK
                        ? disk.toBuilder()
                                .medium("disk", DiskFormat.RAW.label())
                                .build()
                        : disk)
                .toList();
        return DIALECT.archive(machine.toBuilder().disks(drives).build(), sizes);
    }

    @Override
    public TargetLimits limits(Platform platform) {
        return TargetLimits.XENSERVER;
    }

    @Override
    public List<String> refusals(Machine machine, List<Long> sizes, DiskFormat format) {
        Refusals refusals = new Refusals();
        boolean emulated = machine.platform() == Platform.XEN_HVM;
        boolean firmware = machine.firmware() instanceof Firmware.Bios || machine.firmware() instanceof Firmware.Uefi;
        if (firmware && !emulated) {
            refusals.add(
                    machine.platform().id()
                            + " has no BIOS and no UEFI: the guest must be started by pygrub, or be given the platform xen-hvm");
        }
        if (!firmware && emulated) {
            refusals.add("xen-hvm starts by BIOS or UEFI, and XenServer gives it no kernel and no boot loader");
        }
        for (Disk disk : HardDisks.of(machine)) {
            if (disk.slot().partition().isPresent()) {
                refusals.add("the disk " + disk.slot().deviceName()
                        + " is a single partition, and XenServer gives a guest whole disks only; choose the platform"
                        + " xen-hvm, for which it is put on a disk");
            }
        }
        int most = emulated ? MOST_EMULATED_DISKS : MOST_DISKS;
        refusals.atMost(machine.disks().size(), "drives", most, "XenServer");
        limits(machine.platform()).check(machine, refusals);
        sizes.stream()
                .filter(size -> size > LARGEST)
                .forEach(size -> refusals.add(
                        "a disk of " + size + " bytes is larger than XenServer's disks can be (2040 GiB)"));
        return refusals.list();
    }

    @Override
    public Definition definition(Machine machine, List<ConvertedDisk> disks) {
        Archive archive =
                archive(machine, disks.stream().map(ConvertedDisk::size).toList());
        String file = file(machine);
        List<String> steps = List.of(
                "carry " + file + " to the XenServer or XCP-ng host, or to where its console runs",
                "xe vm-import filename=" + file
                        + " preserve=true (without preserve the network cards get new addresses,"
                        + " which the guest does not know)",
                "look at the networks that its cards are plugged into: xe vif-list vm-name-label=...");
        return new Definition(
                List.of(new DefinitionFile(
                        XvaArchive.DEFINITION, archive.definition().text())),
                archive.definition().lost(),
                steps);
    }
}
