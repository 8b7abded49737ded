package dev.bothways.conversion.rehearse;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.ConversionException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QemuProgramsTest {
    @TempDir
    Path folder = Path.of("");

    private void program(String name) throws IOException {
        Files.createFile(folder.resolve(name)).toFile().setExecutable(true);
    }

    @Test
    void namesAllThatAreMissingAtOnce() throws IOException {
        program("qemu-img");
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> QemuPrograms.require("/absent" + File.pathSeparator + folder))
                .withMessageContaining("needs qemu-system-x86_64, qemu-io, not found in PATH")
                .withMessageContaining("apt install qemu-system-x86 qemu-utils")
                .matches(refusal -> refusal.kind() == ConversionException.Kind.USAGE);
    }

    @Test
    void goesOnWhereAllAreThere() throws IOException {
        for (String name : new String[] {"qemu-system-x86_64", "qemu-img", "qemu-io"}) {
            program(name);
        }
        assertThatCode(() -> QemuPrograms.require("/absent" + File.pathSeparator + folder))
                .doesNotThrowAnyException();
    }
}
