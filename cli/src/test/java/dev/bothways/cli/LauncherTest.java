package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts that start the program and its build on a machine where something is missing. */
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
    @TempDir
    Path folder = Path.of("");

    private static Path project() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("mvnw"))) {
            at = Objects.requireNonNull(at.getParent());
        }
        return at;
    }

    private final Map<String, String> environment = new HashMap<>();

    private record Ended(int exitCode, String output) {}

    /**
     * Runs a script of the project where no JDK is found, with these programs in place of the machine's.
     *
     * @param programs name and body, in turn
     */
    private Ended withoutJdk(String script, List<String> programs, String... arguments) throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String program : List.of("cat", "dirname", "readlink", "uname")) {
            Path file = Files.writeString(
                    bin.resolve(program), "#!/bin/sh\nPATH=/usr/bin:/bin exec " + program + " \"$@\"\n");
            file.toFile().setExecutable(true);
        }
        for (int i = 0; i < programs.size(); i += 2) {
            Path file = Files.writeString(
                    bin.resolve(programs.get(i)),
                    "#!/bin/sh\necho \"" + programs.get(i) + " $*\" >>'" + folder + "/calls'\n" + programs.get(i + 1)
                            + "\n");
            file.toFile().setExecutable(true);
        }
        // A copy of the scripts, whose search for a JDK ends in folders that are not there.
        Path copy = Files.createDirectories(folder.resolve("project/.mvn"));
        for (String name : List.of("bothways", "mvnw", ".mvn/jdk.sh", ".mvn/install-jdk.sh", ".mvn/skipped-tests.sh")) {
            String text = Files.readString(project().resolve(name));
            text = text.replaceAll(
                    "(?m)^    for jdk in [^;]*;", "    for jdk in \"\\${JAVA_HOME-}\" '" + folder + "'/jdk*;");
            copy.resolveSibling(name).toFile().delete();
            Files.writeString(copy.resolveSibling(name), text).toFile().setExecutable(true);
        }
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", copy.resolveSibling(script).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().put("HOME", folder.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private List<String> calls() throws IOException {
        Path calls = folder.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private static final List<String> APT = List.of(
            "id", "echo 0",
            "apt-cache", "echo Package: $2",
            "apt-get", "exit 0");

    @ParameterizedTest
    @CsvSource({
        "Linux, x86_64, debian:13, 'sudo ', 'sudo apt-get update && sudo apt-get install -y openjdk-25-jdk-headless'",
        "Linux, x86_64, debian:13, '', 'apt-get update && apt-get install -y openjdk-25-jdk-headless'",
        "Linux, x86_64, debian:, 'sudo ', 'sudo apt-get update && sudo apt-get install -y openjdk-25-jdk-headless'",
        "Linux, aarch64, ubuntu:24.04 debian, 'sudo ', "
                + "'sudo apt-get update && sudo apt-get install -y openjdk-25-jdk-headless'",
        "Linux, x86_64, linuxmint:22 ubuntu debian, 'sudo ', "
                + "'sudo apt-get update && sudo apt-get install -y openjdk-25-jdk-headless'",
        "Linux, x86_64, debian:12, '', https://api.adoptium.net/v3/binary/latest/25/ga/linux/x64/jdk/hotspot/normal/eclipse",
        "Linux, aarch64, ubuntu:20.04 debian, '', linux/aarch64/jdk",
        "Linux, x86_64, fedora:43, 'sudo ', sudo dnf install -y java-25-openjdk-devel",
        "Linux, x86_64, rocky:10.1 rhel centos fedora, '', dnf install -y java-25-openjdk-devel",
        "Linux, x86_64, amzn:2023 fedora, 'sudo ', sudo dnf install -y java-25-amazon-corretto-devel",
        "Linux, x86_64, opensuse-tumbleweed:20261101 opensuse suse, 'sudo ', "
                + "sudo zypper --non-interactive install java-25-openjdk-devel",
        "Linux, x86_64, arch:, 'sudo ', sudo pacman -Syu --noconfirm jdk-openjdk",
        "Linux, x86_64, manjaro: arch, 'sudo ', sudo pacman -Syu --noconfirm jdk-openjdk",
        "Linux, x86_64, alpine:3.23.0, 'doas ', doas apk add openjdk25",
        "Linux, riscv64, void:, '', linux/riscv64/jdk",
        "Darwin, arm64, '', 'sudo ', brew install openjdk@25",
        "FreeBSD, amd64, freebsd:15.0, 'doas ', doas pkg install -y openjdk25",
        "MINGW64_NT-10.0-26100, x86_64, '', '', winget install EclipseAdoptium.Temurin.25.JDK",
    })
    void knowsTheOneCommandOfEachSystem(
            String system, String processor, String distribution, String become, String command) {
        String said = Oracle.shell(". '" + project().resolve(".mvn/install-jdk.sh") + "'; jdk_command '" + system
                        + "' '" + processor + "' '" + distribution + "' '" + become + "'")
                .orFail()
                .output();
        assertThat(said.lines()).hasSize(1);
        assertThat(said).contains(command);
    }

    @ParameterizedTest
    @CsvSource({"bothways", "mvnw"})
    void installsAJdkWhereRootAsksAndAptHasOne(String script) throws Exception {
        Ended ended = withoutJdk(script, APT, "--version");
        assertThat(calls()).contains("apt-get install -y -qq --no-install-recommends openjdk-25-jdk-headless");
        assertThat(ended.output())
                .startsWith(script + ": installing openjdk-25-jdk-headless with apt-get")
                .contains("BOTHWAYS_NO_INSTALL=1");
        // This apt installed nothing, which is noticed.
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.output()).contains("did not install a JDK 25 that can be found");
    }

    @Test
    void asksAptForItsListsWhereItHasNone() throws Exception {
        withoutJdk(
                "mvnw",
                List.of(
                        "id", "echo 0",
                        "apt-cache", "if [ -e '" + folder + "/lists' ]; then echo Package: $2; fi",
                        "apt-get", "[ $1 != update ] || : >'" + folder + "/lists'"),
                "--version");
        assertThat(calls().stream().filter(call -> call.startsWith("apt-get")))
                .containsExactly(
                        "apt-get update -qq", "apt-get install -y -qq --no-install-recommends openjdk-25-jdk-headless");
    }

    @ParameterizedTest
    @CsvSource({"bothways, 1, 0", "mvnw, 1, 0", "bothways, 0, 1000", "mvnw, 0, 1000"})
    void installsNothingWhereItMayNot(String script, String forbidden, String user) throws Exception {
        environment.put("BOTHWAYS_NO_INSTALL", forbidden);
        List<String> programs = new ArrayList<>(APT);
        programs.set(1, "echo " + user);
        Ended ended = withoutJdk(script, programs, "--version");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(calls()).noneMatch(call -> call.startsWith("apt-get"));
        assertThat(ended.output())
                .startsWith(script + ": no JDK 25 or newer is found; set JAVA_HOME to one, or install one with\n    ");
        assertThat(ended.output().lines()).hasSize(2);
        assertThat(ended.output().contains("sudo ")).isEqualTo(!user.equals("0") && isDebianLike());
    }

    private static boolean isDebianLike() throws IOException {
        Path release = Path.of("/etc/os-release");
        return Files.exists(release)
                && Files.readString(release).toLowerCase(Locale.ROOT).contains("debian");
    }

    @Test
    void saysInTheLastLinesWhichTestsWereSkippedAndKeepsTheExitCode() throws Exception {
        Path target = Files.createDirectories(folder.resolve("project/disk/target"));
        Path jdk = Files.createDirectories(folder.resolve("jdk/bin"));
        Files.createFile(jdk.resolve("javac")).toFile().setExecutable(true);
        Files.writeString(jdk.resolveSibling("release"), "JAVA_VERSION=\"25.0.1\"\n");
        Files.writeString(target.resolve("skipped-tests.txt"), "of an earlier run\n");
        List<String> programs = new ArrayList<>(List.of(
                "mvn",
                "printf 'no corpus\\nno cpio\\nno corpus\\n' >'" + target + "/skipped-tests.txt'; echo BUILD; exit 7"));
        for (String program : List.of("rm", "sort", "uniq")) {
            programs.addAll(List.of(program, "exec /usr/bin/" + program + " \"$@\""));
        }
        Ended ended = withoutJdk("mvnw", programs, "verify");
        assertThat(ended.exitCode()).isEqualTo(7);
        assertThat(ended.output().lines().map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly(
                        "BUILD", "Skipped tests, and why (a whole class counts once):", "2 no corpus", "1 no cpio");
    }

    @Test
    void theDemosHelpNeedsNothingAndDoesNothing() throws Exception {
        Path work = folder.resolve("work");
        Oracle.Result help = Oracle.shell(
                "BOTHWAYS_WORK='" + work + "' JAVA_HOME= sh '" + project().resolve("bothways") + "' demo --help",
                "bash");
        assertThat(help.orFail().output())
                .contains("Usage: bothways demo", "Time ", "Needs ", "Installs ", "Works in ", "Leaves ")
                .contains("qemu-utils", "mmdebstrap", work.toString());
        assertThat(work).doesNotExist();
        assertThat(Oracle.shell("sh '" + project().resolve("bothways") + "' demo --hepl", "bash")
                        .exitCode())
                .isEqualTo(2);
    }

    @Test
    void theScriptsPassShellcheck() throws IOException {
        try (Stream<Path> files = Files.walk(project(), 3)) {
            List<Path> scripts = files.filter(file -> file.toString().endsWith(".sh"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .sorted()
                    .toList();
            assertThat(scripts).isNotEmpty();
            List<Object> arguments = new ArrayList<>(List.of("-x", "-P", "SCRIPTDIR", "-S", "warning"));
            arguments.addAll(scripts);
            arguments.addAll(List.of(project().resolve("bothways"), project().resolve(".ci/run")));
            Oracle.require("shellcheck").run(arguments.toArray()).orFail();
        }
    }
}
