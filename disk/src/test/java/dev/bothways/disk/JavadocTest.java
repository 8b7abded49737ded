package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference that embedders read builds without a warning. */
final class JavadocTest {
    private static final Path SOURCES = Path.of("src/main/java");

    @TempDir
    Path folder = Path.of("");

    @Test
    void buildsWithoutAWarning() throws IOException {
        String modules = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> path.matches(".*(aircompressor|jspecify)[^/]*\\.jar"))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> arguments = new ArrayList<>(
                List.of("-quiet", "-Xdoclint:all,-missing", "-Werror", "-d", folder.toString(), "-p", modules));
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            sources.map(Path::toString)
                    .filter(name -> name.endsWith(".java"))
                    .sorted()
                    .forEach(arguments::add);
        }
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int result = ToolProvider.findFirst("javadoc").orElseThrow().run(out, out, arguments.toArray(String[]::new));
        assertThat(said.toString()).isEmpty();
        assertThat(result).isZero();
        assertThat(folder.resolve("dev.bothways.disk/dev/bothways/disk/VirtualDisk.html"))
                .exists();
    }
}
