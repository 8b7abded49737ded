package dev.bothways.conversion.rehearse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.ConversionException;
import dev.bothways.machine.Platform;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VirtualHardwareTest {
    @TempDir
    Path folder;

    @Test
    void givesAGen1MachineItsDisksOnIdeAndItsCardsTheirAddresses() throws IOException {
        List<String> arguments = arguments(
                Platform.HYPERV_GEN1,
                "tcg",
                List.of(Path.of("/d/0"), Path.of("/d/1"), Path.of("/d/2")),
                List.of("00:16:3e:01:02:03"));
        assertThat(arguments)
                .containsSubsequence("-machine", "pc", "-m", "512", "-smp", "2")
                .containsSubsequence("-accel", "tcg,thread=multi")
                .contains("ide-hd,drive=disk0,bus=ide.0,unit=0,bootindex=1")
                .contains("ide-hd,drive=disk1,bus=ide.0,unit=1,bootindex=2")
                .contains("ide-hd,drive=disk2,bus=ide.1,unit=0,bootindex=3")
                .contains("tulip,netdev=net0,mac=00:16:3e:01:02:03");
        assertThat(arguments(Platform.HYPERV_GEN1, "kvm", List.of(), List.of()))
                .containsSubsequence("-accel", "kvm", "-cpu", "host");
    }

    @Test
    void aCommaInAPathIsNoOptionOfQemus() throws IOException {
        assertThat(arguments(Platform.HYPERV_GEN1, "tcg", List.of(Path.of("/a,read-only=on,,/0")), List.of()))
                .contains("driver=qcow2,node-name=disk0,file.driver=file,file.filename=/a,,read-only=on,,,,/0");
    }

    @Test
    void qemuOpensADiskWhosePathHasCommas() throws IOException {
        Path disk = Files.createDirectory(folder.resolve("a,b")).resolve("disk,0.qcow2");
        Oracle.require("qemu-img")
                .run("create", "-q", "-f", "qcow2", disk, "1M")
                .orFail();
        List<String> arguments = arguments(Platform.HYPERV_GEN1, "tcg", List.of(disk), List.of());
        String blockdev = arguments.get(arguments.indexOf("-blockdev") + 1);
        Oracle.Result result = Oracle.require("qemu-storage-daemon")
                .run("--blockdev", blockdev, "--blockdev", "driver=absent,node-name=end");
        // The first disk is taken; what ends the program is the second, of a driver that is not there.
        assertThat(result.output()).contains("absent").doesNotContain("disk,0");
    }

    @Test
    void refusesWhatItDoesNotKnowByName() {
        for (Platform platform : Platform.values()) {
            if (platform != Platform.HYPERV_GEN1) {
                assertThatExceptionOfType(ConversionException.class)
                        .isThrownBy(() -> arguments(platform, "tcg", List.of(), List.of()))
                        .withMessage("no rehearsal is known for the platform " + platform.id()
                                + "; it can be made for hyperv-gen1")
                        .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.USAGE));
            }
            assertThat(Rehearsal.knows(platform)).isEqualTo(platform == Platform.HYPERV_GEN1);
        }
    }

    @Test
    void refusesMoreDisksThanTheControllerHasPlaces() {
        List<Path> five = List.of(Path.of("0"), Path.of("1"), Path.of("2"), Path.of("3"), Path.of("4"));
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> arguments(Platform.HYPERV_GEN1, "tcg", five, List.of()))
                .withMessageContaining("5 disks");
    }

    private List<String> arguments(Platform platform, String accelerator, List<Path> disks, List<String> macs)
            throws IOException {
        try (SerialPort console =
                        new SerialPort(Files.createTempDirectory(folder, "p").resolve("console"));
                SerialPort report =
                        new SerialPort(Files.createTempDirectory(folder, "p").resolve("report"))) {
            return new VirtualHardware(platform, 512L << 20, 2, disks, macs).arguments(accelerator, console, report);
        }
    }
}
