package dev.bothways.conversion.target;

import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.kubevirt.KubevirtDialect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * KubeVirt and OpenShift Virtualization: a folder with {@code NAME.yaml}, a VirtualMachine, the disks, and {@code import.sh},
 * which uploads each into a DataVolume. The names of these are those in the definition, so that it may as well be applied by
 * other means.
 */
final class KubevirtTarget implements Target {
    private static final int MOST_DEVICES = 256;
    private static final int SATA_PLACES = 6;

    @Override
    public String id() {
        return "kubevirt";
    }

    @Override
    public List<Platform> platforms() {
        return List.of(Platform.KVM);
    }

    @Override
    public List<DiskFormat> diskFormats(Platform platform) {
        return List.of(DiskFormat.QCOW2, DiskFormat.RAW);
    }

    @Override
    public Optional<Dialect> dialect() {
        return Optional.of(new KubevirtDialect());
    }

    @Override
    public String diskFile(Machine machine, int index, DiskFormat format) {
        return FileNames.of(machine.name()) + "-" + index + "." + format.ending();
    }

    private static String volume(Machine machine, int index) {
        return KubevirtDialect.resourceName(machine.name()) + "-disk-" + index;
    }

    @Override
    public TargetLimits limits(Platform platform) {
        return TargetLimits.KUBEVIRT;
    }

    @Override
    public List<String> refusals(Machine machine, List<Long> sizes, DiskFormat format) {
        Refusals refusals = new Refusals();
        for (Disk disk : HardDisks.of(machine)) {
            refusals.place(disk, takes(machine, disk), "kubevirt");
            if (disk.slot().partition().isPresent()) {
                refusals.add("the drive " + disk.slot().deviceName()
                        + " is a single partition, which KubeVirt does not give a guest");
            }
        }
        if (!(machine.firmware() instanceof Firmware.Bios || machine.firmware() instanceof Firmware.Uefi)) {
            refusals.add("the machine is started with a kernel of its host, and a cluster has no such; let its own"
                    + " boot loader start it with --firmware bios or uefi");
        }
        refusals.atMost(machine.disks().size(), "drives", MOST_DEVICES, "KubeVirt");
        limits(machine.platform()).check(machine, refusals);
        return refusals.list();
    }

    @Override
    public boolean takes(Machine machine, Disk disk) {
        if (disk.kind() != Disk.Kind.DISK) {
            return true; // Without a disc in it, it is left out.
        }
        return switch (disk.slot().bus()) {
            case VIRTIO, SCSI, USB -> true;
            case SATA -> disk.slot().index() < SATA_PLACES;
            case IDE, XEN, NVME, FLOPPY -> false;
        };
    }

    @Override
    public Definition definition(Machine machine, List<ConvertedDisk> disks) {
        String file = FileNames.of(machine.name()) + ".yaml";
        Written written = new KubevirtDialect().write(inCluster(machine));
        List<String> steps = new ArrayList<>();
        steps.add("carry the folder to where kubectl and virtctl talk to the cluster");
        networks(machine).ifPresent(steps::add);
        steps.add("sh import.sh --namespace NAMESPACE (try it first with --dry-run; --help tells the rest)");
        steps.add("virtctl start " + KubevirtDialect.resourceName(machine.name()));
        return new Definition(
                List.of(
                        new DefinitionFile(file, written.text()),
                        new DefinitionFile("import.sh", script(machine, disks, file))),
                written.lost(),
                steps);
    }

    private static Optional<String> networks(Machine machine) {
        List<String> names = machine.nics().stream()
                .map(Nic::network)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("check that the namespace has a NetworkAttachmentDefinition for each of its networks: "
                        + String.join(", ", names));
    }

    private static String script(Machine machine, List<ConvertedDisk> disks, String file) {
        List<String> uploads = new ArrayList<>();
        for (int i = 0; i < disks.size(); i++) {
            uploads.add("upload " + volume(machine, i) + " " + disks.get(i).size() + " "
                    + PosixShell.quoted(disks.get(i).file()));
        }
        return ScriptText.resource("upload-head.sh")
                + "name=" + KubevirtDialect.resourceName(machine.name()) + "\n"
                + "definition=" + PosixShell.quoted(file) + "\n\n"
                + ScriptText.checkDisks(disks)
                + ScriptText.function("upload_disks", uploads)
                + ScriptText.resource("upload-body.sh");
    }

    /** With the volumes that the script makes in place of the files; what another machine's volumes were is nothing to them. */
    private static Machine inCluster(Machine machine) {
        List<Disk> disks = new ArrayList<>();
        int number = 0;
        for (Disk disk : machine.disks()) {
            List<Extra> extras = disk.extras().stream()
                    .filter(extra -> !KubevirtDialect.isOfVolume(extra))
                    .toList();
            boolean hard = disk.kind() == Disk.Kind.DISK;
            disks.add(disk.toBuilder()
                    .medium(hard ? Optional.of(new Medium(volume(machine, number++), "")) : Optional.empty())
                    .extras(extras)
                    .build());
        }
        return machine.toBuilder().disks(disks).build();
    }

    /** The script puts each file into the volume of its number. */
    @Override
    public Machine carried(Machine machine, Definition definition) throws DefinitionException {
        Machine read = Target.super.carried(machine, definition);
        Map<String, Medium> files = new HashMap<>();
        List<Disk> hard = HardDisks.of(machine);
        for (int i = 0; i < hard.size(); i++) {
            String name = volume(machine, i);
            hard.get(i).medium().ifPresent(medium -> files.put(name, medium));
        }
        return read.toBuilder()
                .disks(read.disks().stream()
                        .map(disk -> disk.toBuilder()
                                .medium(disk.medium().map(medium -> files.getOrDefault(medium.path(), medium)))
                                .build())
                        .toList())
                .build();
    }
}
