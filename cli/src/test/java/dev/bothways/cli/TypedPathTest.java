package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Names of files outside ASCII and outside UTF-8, given to the program by a shell in several locales. */
@EnabledOnOs(OS.LINUX)
final class TypedPathTest {
    @TempDir
    Path folder = Path.of("");

    private record Ended(int exitCode, String output) {}

    /** Runs a line of the shell in which {@code bothways} is the program. */
    private Ended shell(String locale, String line) throws IOException {
        String program = Path.of(System.getProperty("java.home"), "bin", "java")
                + " -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp '"
                + System.getProperty("java.class.path") + "' " + Bothways.class.getName();
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "bothways() { " + program + " \"$@\"; }; " + line)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("LC_ALL", locale);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.onExit().join().exitValue(), output);
    }

    private static final List<String> NAMES = List.of("caf\\303\\251", "caf\\351", "\\377\\376");

    @Test
    void opensFilesOfAnyNameInAnyLocale() throws IOException {
        for (String locale : List.of("C", "C.UTF-8")) {
            for (String name : NAMES) {
                Ended ended = shell(
                        locale,
                        "set -e; n=$(printf '" + name + "'); rm -f -- *; truncate -s 1M \"$n.raw\";"
                                + " bothways disk info \"$n.raw\"; bothways disk map \"$PWD/$n.raw\";"
                                + " bothways disk convert \"$n.raw\" a.qcow2");
                assertThat(ended.exitCode())
                        .as(locale + " " + name + ": " + ended.output())
                        .isZero();
            }
        }
    }

    /** In the locale that the launcher sets. */
    @Test
    void writesFilesOfAnyName() throws IOException {
        for (String name : NAMES) {
            Ended ended = shell(
                    "C.UTF-8",
                    "set -e; n=$(printf '" + name + "'); truncate -s 1M a.raw; mkdir -p \"d$n\";"
                            + " bothways disk convert a.raw \"d$n/$n.qcow2\"; test -f \"d$n/$n.qcow2\";"
                            + " bothways disk convert --parent=\"d$n/$n.qcow2\" a.raw \"d$n/child.qcow2\";"
                            + " bothways disk info \"d$n/$n.qcow2\"");
            assertThat(ended.exitCode()).as(name + ": " + ended.output()).isZero();
        }
    }

    @Test
    void saysWhenTwoNamesLookAlike() throws IOException {
        Ended ended = shell(
                "C.UTF-8",
                "a=$(printf '\\351'); b=$(printf '\\350'); truncate -s 1M \"$a\" \"$b\"; bothways disk compare \"$a\" \"$b\"");
        assertThat(ended.exitCode()).as(ended.output()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.output()).contains("several arguments read");
    }

    @Test
    void anAbsentFileOfSuchANameIsTold() throws IOException {
        Ended ended = shell("C", "bothways disk info \"$(printf 'no-caf\\351')\"");
        assertThat(ended.exitCode()).as(ended.output()).isEqualTo(ExitCode.SOURCE);
        assertThat(ended.output()).contains("there is no such file");
        assertThat(folder).isEmptyDirectory();
    }
}
