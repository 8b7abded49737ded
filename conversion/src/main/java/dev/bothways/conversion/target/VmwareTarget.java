package dev.bothways.conversion.target;

import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.vmx.VmxDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * VMware: a folder with {@code NAME.vmx} and sparse VMDKs, which Workstation and Fusion open as they are. ESXi's own file system
 * takes no sparse disks of this kind; its {@code vmkfstools} makes them over, as the steps say.
 */
final class VmwareTarget implements Target {
    @Override
    public String id() {
        return "vmware";
    }

    @Override
    public Optional<Dialect> dialect() {
        return Optional.of(new VmxDialect());
    }

    @Override
    public List<Platform> platforms() {
        return List.of(Platform.VMWARE);
    }

    @Override
    public List<DiskFormat> diskFormats(Platform platform) {
        return List.of(DiskFormat.VMDK);
    }

    @Override
    public String diskFile(Machine machine, int index, DiskFormat format) {
        return FileNames.of(machine.name()) + "-" + index + "." + format.ending();
    }

    @Override
    public TargetLimits limits(Platform platform) {
        return TargetLimits.VMWARE;
    }

    @Override
    public List<String> refusals(Machine machine, List<Long> sizes, DiskFormat format) {
        Refusals refusals = new Refusals();
        refusals.sparseVmdks(sizes);
        for (Disk disk : machine.disks()) {
            refusals.place(disk, takes(machine, disk), "vmware");
        }
        limits(machine.platform()).check(machine, refusals);
        return refusals.list();
    }

    @Override
    public boolean takes(Machine machine, Disk disk) {
        Slot slot = disk.slot();
        return switch (slot.bus()) {
            case IDE -> slot.controller() < 2;
            case SCSI -> slot.controller() < 4 && slot.unit() < 64 && slot.unit() != 7;
            case SATA -> slot.controller() < 4 && slot.unit() < 30;
            case NVME -> slot.index() < 4 * 64;
            case FLOPPY -> disk.kind() == Disk.Kind.FLOPPY && slot.index() < 2;
            case XEN, VIRTIO, USB -> false;
        };
    }

    @Override
    public Definition definition(Machine machine, List<ConvertedDisk> disks) {
        String name = FileNames.of(machine.name());
        Written written = new VmxDialect().write(HardDisks.withFiles(machine, disks));
        List<String> steps = new ArrayList<>();
        steps.add("check in " + name + ".vmx that the networks in networkName are there");
        steps.add("Workstation, Fusion: open " + name + ".vmx, and say that it was moved");
        steps.add("ESXi: carry the folder to a datastore, and there, in an ESXi shell:");
        for (ConvertedDisk disk : disks) {
            String esxi = disk.file().replaceAll("\\.vmdk$", "-esxi.vmdk");
            steps.add("vmkfstools -i " + disk.file() + " -d thin " + esxi + " && vmkfstools -U " + disk.file()
                    + " && vmkfstools -E " + esxi + " " + disk.file());
        }
        steps.add("vim-cmd solo/registervm $PWD/" + name + ".vmx");
        if (machine.securityChip().isPresent()) {
            steps.add("ESXi: add the TPM in vCenter, which needs a key provider; Workstation adds it by itself");
        }
        if (machine.firmware() instanceof Firmware.Uefi uefi && uefi.variables().isPresent()) {
            steps.add("put " + uefi.variables().get() + " beside the machine, if its boot entries are to be kept");
        }
        return new Definition(List.of(new DefinitionFile(name + ".vmx", written.text())), written.lost(), steps);
    }
}
