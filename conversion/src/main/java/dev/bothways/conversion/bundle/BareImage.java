package dev.bothways.conversion.bundle;

import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import dev.bothways.filesystem.DiskContents;
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
 * A disk image without a definition. The machine is what the user says, and else an ordinary one, with one network card and a serial
 * port; the platform is the one that the image's format is at home on.
 */
final class BareImage {
    private static final long MEMORY = 2L << 30;
    private static final int PROCESSORS = 2;

    private BareImage() {}

    static SourceMachine read(Path file, DiskFormat format, SourceOptions options) throws IOException {
        Path real = file.toRealPath();
        List<String> assumed = new ArrayList<>();
        if (options.memory().isEmpty()) {
            assumed.add("2 GiB of memory (--memory)");
        }
        if (options.processors().isEmpty()) {
            assumed.add(PROCESSORS + " processors (--cpus)");
        }
        Firmware firmware = options.firmware().isPresent() ? options.firmware().get() : firmware(real, format, assumed);
        assumed.add("one network card with a new address");
        Platform platform = platform(format, firmware);
        Disk disk = Disk.builder(Disk.Kind.DISK, slot(platform))
                .medium(String.valueOf(real.getFileName()), format.label())
                .boot(true)
                .build();
        Machine machine = Machine.builder(options.name().orElseGet(() -> baseName(file)), platform)
                .firmware(firmware)
                .memory(Memory.fixed(options.memory().orElse(MEMORY)))
                .processors(Processors.of(options.processors().orElse(PROCESSORS)))
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
                List.of(file + " is a disk image without a definition; assumed: " + String.join(", ", assumed)));
    }

    /** A disk with an EFI system partition in a GPT starts by UEFI; everything else is left to a BIOS. */
    private static Firmware firmware(Path image, DiskFormat format, List<String> assumed) throws IOException {
        try (DiskImage disk = DiskImages.open(image, OpenOptions.usual().as(format))) {
            DiskContents contents = DiskContents.of(disk);
            if (contents.table().filter("GPT"::equals).isPresent() && contents.hasEfiSystemPartition()) {
                assumed.add("UEFI, for the disk has an EFI system partition (--firmware)");
                return new Firmware.Uefi(false);
            }
            assumed.add("BIOS, for the disk has no GPT with an EFI system partition (--firmware)");
            return new Firmware.Bios();
        }
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
