package dev.bothways.conversion.rehearse;

import dev.bothways.conversion.ConversionException;
import dev.bothways.machine.Platform;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The virtual hardware of a platform as QEMU is told to make it.
 *
 * @param platform which one
 * @param memory in bytes
 * @param processors how many
 * @param disks the throw-away layers to boot from, in order; qcow2
 * @param macs the hardware addresses of the network cards, in order
 */
record VirtualHardware(Platform platform, long memory, int processors, List<Path> disks, List<String> macs) {
    private static final long MIB = 1 << 20;
    private static final int IDE_PLACES = 4;

    /** The arguments of {@code qemu-system-x86_64}, without the program's name. */
    List<String> arguments(String accelerator, SerialPort console, SerialPort report) throws ConversionException {
        if (platform != Platform.HYPERV_GEN1) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE,
                    "no rehearsal is known for the platform " + platform.id() + "; it can be made for hyperv-gen1");
        }
        if (disks.size() > IDE_PLACES) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE,
                    "a rehearsal for " + platform.id() + " takes " + IDE_PLACES + " disks, and the machine has "
                            + disks.size() + " disks");
        }
        List<String> arguments = new ArrayList<>(List.of(
                "-nodefaults",
                "-no-user-config",
                "-display",
                "none",
                "-vga",
                "std",
                "-no-reboot",
                "-monitor",
                "none",
                "-machine",
                "pc",
                "-m",
                Long.toString(memory / MIB),
                "-smp",
                Integer.toString(processors),
                "-chardev",
                console.chardev("console"),
                "-serial",
                "chardev:console",
                "-chardev",
                report.chardev("report"),
                "-serial",
                "chardev:report"));
        if (accelerator.equals("kvm")) {
            arguments.addAll(List.of("-accel", "kvm", "-cpu", "host"));
        } else {
            arguments.addAll(List.of("-accel", "tcg,thread=multi", "-cpu", "max"));
        }
        for (int i = 0; i < disks.size(); i++) {
            // Four places on the two channels of the emulated IDE controller, as on Gen1 hardware.
            arguments.addAll(List.of(
                    "-blockdev",
                    "driver=qcow2,node-name=disk" + i + ",file.driver=file,file.filename=" + quoted(disks.get(i)),
                    "-device",
                    "ide-hd,drive=disk" + i + ",bus=ide." + (i / 2) + ",unit=" + (i % 2) + ",bootindex=" + (i + 1)));
        }
        for (int i = 0; i < macs.size(); i++) {
            // The legacy network adapter of Gen1 is a DEC 21140, which QEMU calls tulip.
            arguments.addAll(
                    List.of("-netdev", "user,id=net" + i, "-device", "tulip,netdev=net" + i + ",mac=" + macs.get(i)));
        }
        return arguments;
    }

    /** A path as a value in QEMU's lists of options, where two commas stand for one. */
    static String quoted(Path path) {
        return path.toString().replace(",", ",,");
    }
}
