package dev.bothways.conversion.rehearse;

import dev.bothways.conversion.ConversionException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The programs of QEMU that a rehearsal starts. They are looked for before anything is done, all at once. */
final class QemuPrograms {
    static final String SYSTEM = "qemu-system-x86_64";
    static final String IMG = "qemu-img";
    static final String IO = "qemu-io";

    private static final String REMEDY =
            "; install QEMU and its tools (on Debian and Ubuntu: apt install qemu-system-x86 qemu-utils)";

    private QemuPrograms() {}

    /**
     * Refuses to go on where one is missing.
     *
     * @param path the folders of programs, as the environment's {@code PATH} lists them
     * @throws ConversionException that names every missing program
     */
    static void require(String path) throws ConversionException {
        List<String> missing = Stream.of(SYSTEM, IMG, IO)
                .filter(name -> Stream.of(path.split(File.pathSeparator)).noneMatch(folder -> holds(folder, name)))
                .toList();
        if (!missing.isEmpty()) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE,
                    "a rehearsal needs " + String.join(", ", missing) + ", not found in PATH" + REMEDY);
        }
    }

    private static boolean holds(String folder, String name) {
        try {
            return Files.isExecutable(Path.of(folder, name)) || Files.isExecutable(Path.of(folder, name + ".exe"));
        } catch (InvalidPathException e) {
            return false; // Whoever starts programs passes over such an entry of PATH, too.
        }
    }

    static ConversionException notStarted(String program, IOException cause) {
        return new ConversionException(
                ConversionException.Kind.USAGE,
                "a rehearsal needs " + program + ", which cannot be started (" + cause.getMessage() + ")" + REMEDY,
                cause);
    }
}
