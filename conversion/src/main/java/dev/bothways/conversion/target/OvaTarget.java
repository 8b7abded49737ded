package dev.bothways.conversion.target;

import dev.bothways.conversion.bundle.BundledDisk;
import dev.bothways.conversion.bundle.ovf.OvaWriter;
import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.machine.Bus;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.ovf.OvfDialect;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * VMware or VirtualBox, with the machine in one {@code NAME.ova}: an OVF envelope, its manifest and stream-optimised VMDKs, which
 * vSphere, Workstation, Fusion and VirtualBox import.
 */
final class OvaTarget implements Target {
    private static final String ENDING = ".ova";
    private static final OvfDialect DIALECT = new OvfDialect();

    private static final String OUTSIDE = "is no file of the package";

    private final Target hypervisor;

    /** The packed form of a target that has a folder, for a platform that OVF has a word for. */
    OvaTarget(Target hypervisor) {
        this.hypervisor = hypervisor;
    }

    @Override
    public String id() {
        return hypervisor.id();
    }

    @Override
    public List<Platform> platforms() {
        return hypervisor.platforms();
    }

    @Override
    public List<DiskFormat> diskFormats(Platform platform) {
        return List.of(DiskFormat.VMDK);
    }

    @Override
    public Optional<Dialect> dialect() {
        return Optional.of(DIALECT);
    }

    @Override
    public Optional<Bundle> bundle() {
        return Optional.of(new Ova());
    }

    @Override
    public String diskFile(Machine machine, int index, DiskFormat format) {
        String name = FileNames.of(machine.name());
        return name + ENDING + "/" + name + "-" + index + "." + format.ending();
    }

    @Override
    public boolean takes(Machine machine, Disk drive) {
        // VirtualBox' import has one controller of each bus but IDE.
        boolean first = machine.platform() != Platform.VIRTUALBOX
                || drive.slot().bus() == Bus.IDE
                || drive.slot().controller() == 0;
        return first && hypervisor.takes(machine, drive);
    }

    @Override
    public TargetLimits limits(Platform platform) {
        return platform == Platform.VIRTUALBOX ? TargetLimits.VIRTUALBOX_OVF : hypervisor.limits(platform);
    }

    @Override
    public List<String> refusals(Machine machine, List<Long> sizes, DiskFormat format) {
        List<String> refusals = new ArrayList<>(hypervisor.refusals(machine, sizes, format));
        Refusals own = new Refusals();
        own.sparseVmdks(sizes);
        own.list().stream().filter(sentence -> !refusals.contains(sentence)).forEach(refusals::add);
        return refusals;
    }

    @Override
    public Definition definition(Machine machine, List<ConvertedDisk> disks) {
        String name = FileNames.of(machine.name());
        Machine inside = inside(machine, disks);
        Written written = DIALECT.write(inside);
        List<Lost> lost = new ArrayList<>(written.lost());
        lost.addAll(OvfImport.of(inside).lost());
        lost.addAll(outside(machine));
        return new Definition(List.of(new DefinitionFile(name + ".ovf", written.text())), lost, steps(machine, name));
    }

    @Override
    public Machine carried(Machine machine, Definition definition) throws DefinitionException {
        return OvfImport.of(Target.super.carried(machine, definition)).machine();
    }

    private static List<String> steps(Machine machine, String name) {
        String file = name + ENDING;
        List<String> steps = new ArrayList<>();
        if (machine.platform() == Platform.VMWARE) {
            steps.add("vSphere: Deploy OVF Template, or ovftool --allowExtraConfig --net:NETWORK=THEIRS " + file
                    + " vi://USER@HOST/");
            steps.add("Workstation, Fusion: open " + file);
            return steps;
        }
        steps.add("VBoxManage import " + file + " (try it first with --dry-run), or open it");
        if (machine.firmware() instanceof Firmware.Uefi) {
            steps.add("before its first start: VBoxManage modifyvm NAME --firmware efi, which OVF cannot say");
        }
        for (int i = 0; i < machine.nics().size(); i++) {
            String card = "--macaddress" + (i + 1) + " ";
            machine.nics()
                    .get(i)
                    .mac()
                    .ifPresent(mac -> steps.add("before its first start: VBoxManage modifyvm NAME " + card
                            + mac.digits() + ", which OVF cannot say"));
        }
        steps.add("choose the networks that this host has, in the machine's settings or with VBoxManage modifyvm");
        return steps;
    }

    /** As the envelope has it: the disks are called by their names in the archive, and OVF wants to know their sizes. */
    private static Machine inside(Machine machine, List<ConvertedDisk> files) {
        List<Disk> disks = new ArrayList<>();
        int number = 0;
        for (Disk disk : machine.disks()) {
            if (disk.kind() == Disk.Kind.DISK) {
                ConvertedDisk file = files.get(number++);
                disks.add(disk.toBuilder()
                        .medium(BundledDisk.memberOf(file.file()), file.format().label())
                        .size(OptionalLong.of(file.size()))
                        .build());
            } else {
                disks.add(disk.toBuilder().medium(Optional.empty()).build());
            }
        }
        Firmware firmware = machine.firmware() instanceof Firmware.Uefi uefi
                ? new Firmware.Uefi(uefi.secureBoot())
                : machine.firmware();
        return OvfDialect.importable(
                machine.toBuilder().firmware(firmware).disks(disks).build());
    }

    /** Files that are not in the package: an importer refuses one that names them. */
    private static List<Lost> outside(Machine machine) {
        List<Lost> lost = new ArrayList<>();
        int cdroms = 0;
        int floppies = 0;
        for (Disk disk : machine.disks()) {
            String drive = switch (disk.kind()) {
                case DISK -> "";
                case CDROM -> "CD drive " + ++cdroms;
                case FLOPPY -> "floppy drive " + ++floppies;
            };
            if (!drive.isEmpty() && disk.medium().isPresent()) {
                lost.add(new Lost("medium of " + drive, OUTSIDE));
            }
        }
        if (machine.firmware() instanceof Firmware.Uefi uefi && uefi.variables().isPresent()) {
            lost.add(new Lost("UEFI variables", OUTSIDE));
        }
        return lost;
    }

    /** The disks follow in the order of the definition. */
    private static final class Ova implements Bundle {
        @Override
        public String id() {
            return "ova";
        }

        @Override
        public List<String> order(List<String> diskFiles) {
            return diskFiles;
        }

        @Override
        public Packer begin(Path archive, Machine machine, List<ConvertedDisk> disks) throws IOException {
            OvaWriter writer = OvaWriter.create(archive, FileNames.of(machine.name()), inside(machine, disks));
            return new Packer() {
                @Override
                public DiskCopy.Result disk(String diskFile, VirtualDisk disk, CopyOptions copying) throws IOException {
                    return writer.disk(disk, copying);
                }

                @Override
                public void finish() throws IOException {
                    writer.finish();
                }

                @Override
                public void close() throws IOException {
                    writer.close();
                }
            };
        }
    }
}
