package dev.bothways.conversion.target;

import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.hyperv.HypervDialect;
import java.util.List;
import java.util.Set;

/**
 * Microsoft Hyper-V: a folder with {@code Virtual Hard Disks} and {@code import.ps1}, which checks the disks and creates the
 * machine. Hyper-V imports only definitions that it wrote itself; its PowerShell commands are its public interface.
 */
final class HypervTarget implements Target {
    private static final String DISKS = "Virtual Hard Disks/";
    private static final long TEBIBYTE = 1L << 40;
    private static final long VHD_LARGEST = 2040L << 30;
    private static final long VHDX_LARGEST = 64 * TEBIBYTE;
    private static final int MOST_SYNTHETIC = 8;
    private static final int MOST_LEGACY = 4;
    private static final int IDE_PLACES = 4;
    private static final int SCSI_CONTROLLERS = 4;
    private static final Set<String> TEMPLATES =
            Set.of("MicrosoftWindows", "MicrosoftUEFICertificateAuthority", "OpenSourceShieldedVM");

    @Override
    public String id() {
        return "hyperv";
    }

    @Override
    public List<Platform> platforms() {
        return List.of(Platform.HYPERV_GEN1, Platform.HYPERV_GEN2);
    }

    @Override
    public List<DiskFormat> diskFormats(Platform platform) {
        return platform == Platform.HYPERV_GEN2 ? List.of(DiskFormat.VHDX) : List.of(DiskFormat.VHDX, DiskFormat.VHD);
    }

    @Override
    public String diskFile(Machine machine, int index, DiskFormat format) {
        return DISKS + FileNames.of(machine.name()) + "-" + index + "." + format.ending();
    }

    @Override
    public TargetLimits limits(Platform platform) {
        return platform == Platform.HYPERV_GEN1 ? TargetLimits.HYPERV_GEN1 : TargetLimits.HYPERV_GEN2;
    }

    @Override
    public List<String> refusals(Machine machine, List<Long> sizes, DiskFormat format) {
        Refusals refusals = new Refusals();
        boolean first = machine.platform() == Platform.HYPERV_GEN1;
        sizes(refusals, machine, sizes, format);
        places(refusals, machine, first);
        nics(refusals, machine, first);
        limits(machine.platform()).check(machine, refusals);
        return refusals.list();
    }

    @Override
    public boolean takes(Machine machine, Disk disk) {
        boolean first = machine.platform() == Platform.HYPERV_GEN1;
        return switch (disk.slot().bus()) {
            case IDE -> first && disk.slot().controller() < 2;
            case SCSI -> disk.slot().controller() < SCSI_CONTROLLERS && !(first && disk.kind() == Disk.Kind.CDROM);
            case FLOPPY -> first;
            case XEN, SATA, VIRTIO, NVME, USB -> false;
        };
    }

    private static void sizes(Refusals refusals, Machine machine, List<Long> sizes, DiskFormat format) {
        List<Disk> disks = HardDisks.of(machine);
        for (int i = 0; i < sizes.size(); i++) {
            long size = sizes.get(i);
            if (format == DiskFormat.VHD && size > VHD_LARGEST) {
                refusals.add("disk " + i + " of " + size + " bytes is larger than a VHD can be (2040 GiB);"
                        + " choose the disk format vhdx");
            } else if (size > VHDX_LARGEST) {
                refusals.add("disk " + i + " of " + size + " bytes is larger than a VHDX can be (64 TiB)");
            }
            boolean boots = i < disks.size() && disks.get(i).boot();
            if (machine.platform() == Platform.HYPERV_GEN1 && boots && size > 2 * TEBIBYTE) {
                refusals.add("the disk to start from has " + size + " bytes, and the BIOS of hyperv-gen1 starts from"
                        + " 2 TiB at most");
            }
        }
    }

    private void places(Refusals refusals, Machine machine, boolean first) {
        long onIde = machine.disks().stream()
                .filter(disk -> disk.slot().bus() == Bus.IDE)
                .count();
        if (onIde > IDE_PLACES || (!first && onIde > 0)) {
            refusals.add(
                    first
                            ? "the machine has " + onIde + " drives on IDE, and hyperv-gen1 has " + IDE_PLACES
                                    + " places"
                            : "hyperv-gen2 has no IDE");
        }
        for (Disk disk : machine.disks()) {
            refusals.place(disk, takes(machine, disk), machine.platform().id());
            if (first
                    && disk.boot()
                    && disk.kind() == Disk.Kind.DISK
                    && disk.slot().bus() != Bus.IDE) {
                refusals.add("the disk to start from must be on IDE, from which alone the BIOS of hyperv-gen1 starts");
            }
        }
    }

    private static void nics(Refusals refusals, Machine machine, boolean first) {
        long legacy = machine.nics().stream().filter(HypervTarget::isLegacy).count();
        long synthetic = machine.nics().size() - legacy;
        if (synthetic > MOST_SYNTHETIC || legacy > (first ? MOST_LEGACY : 0)) {
            refusals.add("the machine has " + synthetic + " synthetic and " + legacy + " legacy network cards, and "
                    + machine.platform().id() + " takes " + MOST_SYNTHETIC + " and " + (first ? MOST_LEGACY : 0));
        }
    }

    /** Hyper-V's legacy network adapter is an emulated DEC 21140. */
    static boolean isLegacy(Nic nic) {
        return nic.model().orElse("").equals("tulip");
    }

    /** Whether an extra names one of the sets of keys that Hyper-V has for secure boot. */
    static boolean isSecureBootTemplate(Extra extra) {
        return extra.key().equals(HypervDialect.SECURE_BOOT_TEMPLATE) && TEMPLATES.contains(extra.value());
    }

    /** No dialect reads the script; what it makes is the machine without what Hyper-V has no room for. */
    @Override
    public Machine carried(Machine machine, Definition definition) {
        return HypervLosses.without(machine);
    }

    @Override
    public Definition definition(Machine machine, List<ConvertedDisk> disks) {
        ImportScript script = new ImportScript(machine, disks);
        List<String> steps = List.of(
                "carry the folder to the Hyper-V host",
                "powershell -ExecutionPolicy Bypass -File import.ps1 -SwitchName SWITCH (try it first with -WhatIf)");
        return new Definition(
                List.of(new DefinitionFile("import.ps1", script.text())), HypervLosses.of(machine), steps);
    }
}
