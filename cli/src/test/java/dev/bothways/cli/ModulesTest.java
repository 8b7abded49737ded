package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The modules that Java programs embed, as modules: with nothing on the class path. */
final class ModulesTest {
    @ParameterizedTest
    @CsvSource({
        "dev.bothways.disk, dev.bothways.disk.DiskImages",
        "dev.bothways.filesystem, dev.bothways.filesystem.FileSystems",
        "dev.bothways.machine, dev.bothways.machine.dialect.Dialects"
    })
    void isWholeByItself(String module, String entrance) throws ReflectiveOperationException {
        Path[] libraries = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> !entry.endsWith("test-classes") && Files.exists(entry))
                .filter(entry -> needed(entry.toString()))
                .toArray(Path[]::new);
        ModuleLayer boot = ModuleLayer.boot();
        Configuration resolved =
                boot.configuration().resolve(ModuleFinder.of(libraries), ModuleFinder.of(), Set.of(module));
        ModuleLayer layer = ModuleLayer.defineModulesWithOneLoader(
                        resolved, List.of(boot), ClassLoader.getPlatformClassLoader())
                .layer();
        Class<?> found = layer.findLoader(module).loadClass(entrance);
        assertThat(found.getModule().getName()).isEqualTo(module);
        assertThat(found.getModule().isExported(found.getPackageName())).isTrue();
        if (module.equals("dev.bothways.machine")) {
            assertThat((List<?>) found.getMethod("all").invoke(null)).hasSizeGreaterThan(8);
        }
    }

    /** Ours and what they ask for; what only tests use has packages that others have too. */
    private static boolean needed(String entry) {
        return List.of("disk", "filesystem", "machine", "aircompressor", "jackson-core", "snakeyaml", "jspecify")
                .stream()
                .anyMatch(entry::contains);
    }
}
