package dev.bothways.guest.linux.initramfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleIndexTest {

    private static final String DEPENDENCIES = """
            kernel/drivers/hv/hv_vmbus.ko:
            kernel/drivers/scsi/hv_storvsc.ko: kernel/drivers/hv/hv_vmbus.ko
            kernel/drivers/scsi/hv_storvsc2.ko: kernel/drivers/hv/hv_vmbus.ko
            kernel/drivers/block/xen-blkfront.ko:
            """;

    private static Path tree(Path folder, String dependencies, String aliases) throws IOException {
        Path modules = Files.createDirectories(folder.resolve("lib/modules/1.2.3"));
        Files.write(
                modules.resolve("modules.dep.bin"),
                ModuleIndex.of("modules.dep", dependencies).orElseThrow());
        Files.write(
                modules.resolve("modules.alias.bin"),
                ModuleIndex.of("modules.alias", aliases).orElseThrow());
        Files.write(
                modules.resolve("modules.symbols.bin"),
                ModuleIndex.of("modules.symbols", "").orElseThrow());
        Files.write(
                modules.resolve("modules.builtin.bin"),
                ModuleIndex.of("modules.builtin", "kernel/drivers/ata/ata_piix.ko\n")
                        .orElseThrow());
        for (String line : dependencies.lines().toList()) {
            Path module = modules.resolve(line.substring(0, line.indexOf(':')));
            Files.createDirectories(module.getParent());
            Files.writeString(module, "");
        }
        return folder;
    }

    private static String depends(Oracle modprobe, Path folder, String module) {
        return modprobe.run("-d", folder, "-S", "1.2.3", "--show-depends", module)
                .output();
    }

    @Test
    void modprobeFindsModulesAndWhatTheyNeed(@TempDir Path folder) throws IOException {
        Oracle modprobe = Oracle.require("modprobe");
        tree(folder, DEPENDENCIES, "alias vmbus:d96361ba* hv_storvsc\nalias xen:vbd xen_blkfront\n");
        assertThat(depends(modprobe, folder, "hv_storvsc").lines().map(String::strip))
                .containsExactly(
                        "insmod " + folder + "/lib/modules/1.2.3/kernel/drivers/hv/hv_vmbus.ko",
                        "insmod " + folder + "/lib/modules/1.2.3/kernel/drivers/scsi/hv_storvsc.ko");
        assertThat(depends(modprobe, folder, "xen_blkfront")).contains("xen-blkfront.ko");
        assertThat(depends(modprobe, folder, "hv_storvsc2")).contains("hv_storvsc2.ko");
        assertThat(depends(modprobe, folder, "vmbus:d96361baxyz")).contains("hv_storvsc.ko");
        assertThat(depends(modprobe, folder, "xen:vbd")).contains("xen-blkfront.ko");
        assertThat(depends(modprobe, folder, "ata_piix")).contains("builtin ata_piix");
        assertThat(depends(modprobe, folder, "hv_stor")).contains("not found");
    }

    @Test
    void hasNoFormForFilesThatKmodReadsAsText() {
        assertThat(ModuleIndex.of("modules.softdep", "softdep a pre: b\n")).isEmpty();
    }
}
