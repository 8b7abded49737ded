package dev.bothways.conversion.target;

import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.xl.XlDialect;
import java.util.List;
import java.util.Optional;

/**
 * Xen with its own tool, {@code xl}: a definition {@code NAME.cfg} and a disk image a drive, {@code NAME-xvda.raw}, side by
 * side.
 *
 * <p>The definition names the images without a folder, so that the folder can be carried about and the same source gives the
 * same bytes. xl looks for them in the folder it is run in; and when the guest reboots, the waiting {@code xl} builds it anew
 * with {@code /} as its folder. So a machine that is to stay gets absolute paths, by the command that the definition's first
 * lines and the steps say.
 */
final class XenTarget implements Target {
    private static final long VHD_LARGEST = 2040L << 30;
    private static final int MOST_DISKS_WITHOUT_EXTENSION = 16;

    @Override
    public String id() {
        return "xen";
    }

    @Override
    public Optional<Dialect> dialect() {
        return Optional.of(new XlDialect());
    }

    @Override
    public List<Platform> platforms() {
        return List.of(Platform.XEN_PV, Platform.XEN_PVH, Platform.XEN_HVM);
    }

    @Override
    public List<DiskFormat> diskFormats(Platform platform) {
        return List.of(DiskFormat.RAW, DiskFormat.VHD);
    }

    @Override
    public String diskFile(Machine machine, int index, DiskFormat format) {
        Disk disk = HardDisks.of(machine).get(index);
        return FileNames.of(machine.name()) + "-" + disk.slot().deviceName() + "." + format.ending();
    }

    @Override
    public TargetLimits limits(Platform platform) {
        return platform == Platform.XEN_HVM ? TargetLimits.XEN_HVM : TargetLimits.XEN_PV;
    }

    @Override
    public List<String> refusals(Machine machine, List<Long> sizes, DiskFormat format) {
        Refusals refusals = new Refusals();
        boolean firmware = machine.firmware() instanceof Firmware.Bios || machine.firmware() instanceof Firmware.Uefi;
        if (firmware && machine.platform() != Platform.XEN_HVM) {
            refusals.add(machine.platform().id()
                    + " has no BIOS and no UEFI: the guest must be started by pygrub or a kernel of the host, or be given"
                    + " the platform xen-hvm");
        }
        limits(machine.platform()).check(machine, refusals);
        if (machine.platform() == Platform.XEN_HVM && sizes.size() > MOST_DISKS_WITHOUT_EXTENSION) {
            refusals.add("the machine has " + sizes.size() + " hard disks, and an HVM guest of Xen sees "
                    + MOST_DISKS_WITHOUT_EXTENSION);
        }
        if (format == DiskFormat.VHD) {
            sizes.stream()
                    .filter(size -> size > VHD_LARGEST)
                    .forEach(size -> refusals.add("a disk of " + size
                            + " bytes is larger than a VHD can be (2040 GiB); choose the disk format raw"));
        }
        return refusals.list();
    }

    @Override
    public Definition definition(Machine machine, List<ConvertedDisk> disks) {
        String file = FileNames.of(machine.name()) + ".cfg";
        Written written = new XlDialect().write(HardDisks.withFiles(machine, disks));
        String absolute = "sed -i \"s|,target=|,target=$PWD/|\" " + file;
        String text = "# Run \"xl create " + file + "\" in this folder.\n"
                + "# To keep the machine (xl builds it anew from / when the guest reboots), first run here, once:\n"
                + "#   " + absolute + "\n\n"
                + written.text();
        List<String> steps = List.of(
                "carry the folder to where it will stay on the Xen host, and go there",
                absolute,
                "check in " + file + " that the bridges in vif are there",
                "xl create " + file);
        return new Definition(List.of(new DefinitionFile(file, text)), written.lost(), steps);
    }
}
