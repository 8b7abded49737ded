package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the guide are compiled and run as they stand there. */
final class LibraryGuideTest {
    private static final Path GUIDE = Path.of("../docs/guide/library.md");
    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("final class (\\w+)");

    @TempDir
    Path folder = Path.of("");

    private Path image = Path.of("");

    @BeforeEach
    void makeImage() throws IOException {
        image = folder.resolve("disk.vhdx");
        MemoryDisk disk = new MemoryDisk(4 << 20);
        disk.write(510, ByteBuffer.wrap(new byte[] {0x55, (byte) 0xAA}));
        DiskConversion.convert(
                disk,
                image,
                DiskFormat.VHDX,
                CreateOptions.usual(),
                CopyOptions.usual().withHash(),
                false);
    }

    /** Compiles the guide's program of this name and runs it; its output. */
    private String run(String name, Object... arguments) throws IOException, InterruptedException {
        Path source = folder.resolve(name + ".java");
        Matcher programs = PROGRAM.matcher(Files.readString(GUIDE));
        List<String> found = new ArrayList<>();
        while (programs.find()) {
            Matcher className = NAME.matcher(programs.group(1));
            assertThat(className.find()).isTrue();
            found.add(className.group(1));
            if (className.group(1).equals(name)) {
                Files.writeString(source, programs.group(1));
            }
        }
        assertThat(found).contains(name);

        String classPath = System.getProperty("java.class.path");
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, errors, "-Xlint:all", "-Werror", "-proc:none", "-cp", classPath, source.toString());
        assertThat(compiled).as(errors.toString(StandardCharsets.UTF_8)).isZero();

        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                folder + System.getProperty("path.separator") + classPath,
                name));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("errors").toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("errors")))
                .isZero();
        return output;
    }

    @Test
    void looksIntoAnImage() throws Exception {
        assertThat(run("Look", image))
                .contains("vhdx, 4194304 bytes, in 1 file(s)", "boot signature: true")
                .containsPattern("[0-9]+ bytes of data");
    }

    @Test
    void converts() throws Exception {
        Path raw = folder.resolve("disk.raw");
        String output = run("Convert", image, raw);
        try (DiskImage disk = DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW))) {
            assertThat(output).contains("bytes written", GuestHash.of(disk).toString());
        }
        assertThat(Files.readString(folder.resolve("errors"))).contains("100 %");
    }

    @Test
    void changesWithoutChanging() throws Exception {
        byte[] before = Files.readAllBytes(image);
        assertThat(run("Change", image)).isEqualTo("changed in memory\n");
        assertThat(Files.readAllBytes(image)).isEqualTo(before);
    }
}
