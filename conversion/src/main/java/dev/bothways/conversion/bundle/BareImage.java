package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.Slot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A disk image without a definition. The machine is what the user says, with one network card and a serial port; the
 * platform is the one that the image's format is at home on.
 */
final class BareImage {
    private BareImage() {}

    static SourceMachine read(Path file, DiskFormat format, SourceOptions options) throws IOException {
        List<String> missing = new ArrayList<>();
        if (options.memory().isEmpty()) {
            missing.add("--memory 2G");
        }
        if (options.processors().isEmpty()) {
            missing.add("--cpus 2");
        }
        if (options.firmware().isEmpty()) {
            missing.add("--firmware bios|uefi");
        }
        if (!missing.isEmpty()) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE,
                    file + " is a disk image (" + format.label()
                            + ") without a definition; say what machine it is of with " + String.join(" ", missing));
        }
        Path real = file.toRealPath();
        Firmware firmware = options.firmware().orElseThrow();
        Platform platform = platform(format, firmware);
        Disk disk = Disk.builder(Disk.Kind.DISK, slot(platform))
                .medium(String.valueOf(real.getFileName()), format.label())
                .boot(true)
                .build();
        Machine machine = Machine.builder(options.name().orElseGet(() -> baseName(file)), platform)
                .firmware(firmware)
                .memory(Memory.fixed(options.memory().orElseThrow()))
                .processors(Processors.of(options.processors().orElseThrow()))
                .disks(List.of(disk))
                .nics(List.of(Nic.builder().build()))
                .consoles(List.of(Console.pty(Console.Type.SERIAL)))
                .build();
        Path folder = real.getParent();
        return new SourceMachine(
                file,
                SourceMachine.BARE_IMAGE,
                machine,
                List.of(options.snapshot()
                        .map(state -> new SourceDisk(disk, real).atSnapshot(state))
                        .orElseGet(() -> new SourceDisk(disk, real))),
                Optional.empty(),
                folder == null ? real : folder,
                List.of(),
                List.of(file + " has no definition: the machine gets one network card, with a new address"));
    }

    private static Platform platform(DiskFormat format, Firmware firmware) {
        return switch (format) {
            case VHD, VHDX -> firmware instanceof Firmware.Uefi ? Platform.HYPERV_GEN2 : Platform.HYPERV_GEN1;
            case VMDK -> Platform.VMWARE;
            case VDI -> Platform.VIRTUALBOX;
            default -> Platform.KVM;
        };
    }

    private static Slot slot(Platform platform) {
        return switch (platform) {
            case HYPERV_GEN1 -> Slot.of(Bus.IDE, 0, 0);
            case HYPERV_GEN2, VMWARE -> Slot.of(Bus.SCSI, 0, 0);
            case VIRTUALBOX -> Slot.of(Bus.SATA, 0, 0);
            case KVM, XEN_PV, XEN_PVH, XEN_HVM -> Slot.of(Bus.VIRTIO, 0, 0);
        };
    }

    private static String baseName(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
