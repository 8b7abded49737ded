package dev.bothways.conversion.target;

import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Display.Protocol;
import dev.bothways.machine.Display.Viewer;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.libvirt.LibvirtDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * KVM with libvirt: a definition {@code NAME.xml} and a disk image a drive, {@code NAME-vda.qcow2}, side by side.
 *
 * <p>The definition names the images without a folder, so that the folder can be carried about and the same source gives the
 * same bytes. libvirt wants whole paths, because its daemon has no folder of its own: the definition's first lines and the
 * steps have the command that makes them so.
 */
final class KvmTarget implements Target {
    private static final int IDE_CHANNELS = 2;
    private static final int SATA_UNITS = 6;

    /** Only names without a folder get one, so it may be run again. */
    private static final String ABSOLUTE = "sed -i \"s|<source file=\\\"\\([^/]\\)|<source file=\\\"$PWD/\\1|\" ";

    @Override
    public String id() {
        return "kvm";
    }

    @Override
    public List<Platform> platforms() {
        return List.of(Platform.KVM);
    }

    @Override
    public List<DiskFormat> diskFormats(Platform platform) {
        return List.of(DiskFormat.QCOW2, DiskFormat.RAW);
    }

    /** libvirt gives a disk to several machines only where it is raw: each would write what a qcow2 image says of itself. */
    @Override
    public DiskFormat usualFormat(Machine machine) {
        return HardDisks.of(machine).stream().anyMatch(Disk::shared) ? DiskFormat.RAW : DiskFormat.QCOW2;
    }

    /** By the drive's name in the guest; with its number behind where two buses have drives of one name. */
    @Override
    public String diskFile(Machine machine, int index, DiskFormat format) {
        List<String> names = HardDisks.of(machine).stream()
                .map(disk -> disk.slot().deviceName())
                .toList();
        String name = names.get(index);
        boolean shared = names.indexOf(name) != names.lastIndexOf(name);
        return FileNames.of(machine.name()) + "-" + name + (shared ? "-" + index : "") + "." + format.ending();
    }

    @Override
    public boolean takes(Machine machine, Disk disk) {
        return switch (disk.slot().bus()) {
            case VIRTIO -> disk.kind() == Disk.Kind.DISK;
            case SCSI, USB -> true;
            // Secure boot needs QEMU's newer board, which has no IDE.
            case IDE ->
                !isSecure(machine)
                        && disk.slot().controller() < IDE_CHANNELS
                        && disk.slot().unit() < 2;
            case SATA -> disk.slot().unit() < SATA_UNITS;
            case FLOPPY -> disk.slot().controller() == 0;
            case XEN, NVME -> false;
        };
    }

    private static boolean isSecure(Machine machine) {
        return machine.firmware() instanceof Firmware.Uefi uefi && uefi.secureBoot();
    }

    @Override
    public TargetLimits limits(Platform platform) {
        return TargetLimits.KVM;
    }

    @Override
    public List<String> refusals(Machine machine, List<Long> sizes, DiskFormat format) {
        Refusals refusals = new Refusals();
        for (Disk disk : machine.disks()) {
            refusals.place(disk, takes(machine, disk), "kvm");
        }
        limits(machine.platform()).check(machine, refusals);
        return refusals.list();
    }

    @Override
    public Definition definition(Machine machine, List<ConvertedDisk> disks) {
        String file = FileNames.of(machine.name()) + ".xml";
        List<Lost> lost = new ArrayList<>();
        Written written = new LibvirtDialect().write(accepted(HardDisks.withFiles(machine, disks), lost));
        lost.addAll(written.lost());
        // No name of the machine's in a comment: it could hold what ends one.
        String text = """
                <!-- libvirt wants whole paths. In the folder where the images will stay, run once:
                       %s*.xml
                     then "virsh define" this file. -->
                """.formatted(ABSOLUTE) + written.text();
        List<String> steps = List.of(
                "carry the folder to where it will stay on the KVM host, and go there",
                ABSOLUTE + file,
                "check in " + file + " that the bridges and networks of its interfaces are there",
                "virsh define " + file,
                "start it with virsh start or virt-manager");
        return new Definition(List.of(new DefinitionFile(file, text)), lost, steps);
    }

    /** Without what libvirt would refuse the whole domain for. */
    private static Machine accepted(Machine machine, List<Lost> lost) {
        List<Disk> disks = new ArrayList<>();
        for (Disk disk : machine.disks()) {
            disks.add(disk.kind() == Disk.Kind.DISK ? accepted(disk, lost) : disk);
        }
        Display display = machine.display();
        List<Viewer> viewers = new ArrayList<>(display.viewers());
        if (viewers.removeIf(viewer -> viewer.protocol() == Protocol.RDP)) {
            lost.add(new Lost("viewer by rdp", "is known to libvirt since 11.1 only"));
        }
        return machine.toBuilder()
                .disks(disks)
                .display(new Display(display.adapter(), display.videoMemory(), viewers, display.keymap()))
                .build();
    }

    private static Disk accepted(Disk disk, List<Lost> lost) {
        String drive = " of drive " + disk.slot().deviceName();
        Disk.Builder accepted = disk.toBuilder();
        boolean raw = disk.medium()
                .filter(image -> image.format().equals(DiskFormat.RAW.label()))
                .isPresent();
        if (disk.shared() && !raw) {
            accepted.shared(false);
            lost.add(new Lost("sharing" + drive, "is offered by libvirt for raw images only"));
        }
        Bus bus = disk.slot().bus();
        if (disk.readOnly() && (bus == Bus.IDE || bus == Bus.SATA)) {
            accepted.readOnly(false);
            lost.add(new Lost("write protection" + drive, "is not offered by QEMU on " + bus.id()));
        }
        return accepted.build();
    }

    @Override
    public Optional<Dialect> dialect() {
        return Optional.of(new LibvirtDialect());
    }
}
