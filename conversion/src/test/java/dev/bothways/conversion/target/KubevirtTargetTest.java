package dev.bothways.conversion.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.conversion.Conversion;
import dev.bothways.conversion.ConversionListener;
import dev.bothways.conversion.ConversionRequest;
import dev.bothways.conversion.JsonSchema;
import dev.bothways.conversion.Manifest;
import dev.bothways.conversion.Verification;
import dev.bothways.conversion.bundle.SourceMachines;
import dev.bothways.conversion.bundle.SourceOptions;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.yaml.YamlReader;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.TinyXenGuest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A small guest of Xen goes to KubeVirt, and comes back. */
final class KubevirtTargetTest {
    private static final Target TARGET = Targets.find("kubevirt").orElseThrow();

    @TempDir
    Path scratch = Path.of("");

    private Path folder = Path.of("");
    private Path bin = Path.of("");

    @BeforeEach
    void convertAndPretendToHaveACluster() throws IOException {
        Oracle.requireFolder(Path.of("/usr/lib/grub/i386-pc"), "grub-pc-bin");
        folder = scratch.resolve("out");
        List<String> steps = convert(
                TinyXenGuest.make(scratch, List.of("virtio_blk", "virtio_net", "virtio_pci", "sd_mod", "ahci")),
                TARGET,
                folder);
        assertThat(steps)
                .contains(
                        "check that the namespace has a NetworkAttachmentDefinition for each of its networks: xenbr0",
                        "virtctl start web01");
        bin = Files.createDirectories(scratch.resolve("bin"));
        pretend("virtctl", "echo virtctl \"$@\" >> \"$CALLS\"; case $* in *disk-1*) exit 1 ;; esac");
        pretend("kubectl", "echo kubectl \"$@\" >> \"$CALLS\"; case $1 in get) exit ${THERE:-1} ;; esac");
    }

    private void pretend(String program, String script) throws IOException {
        Path file = Files.writeString(bin.resolve(program), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void writesADefinitionThatTheApiTakesAndReadsBack() throws IOException {
        assertThat(files(folder)).containsExactly("bothways.json", "import.sh", "web01-0.qcow2", "web01.yaml");
        assertThat(Verification.verify(folder).failed()).isEmpty();
        byte[] yaml = Files.readAllBytes(folder.resolve("web01.yaml"));
        JsonSchema.of("kubevirt.schema.json")
                .accepts(JsonMapper.shared()
                        .readTree(YamlReader.read(yaml, "web01.yaml").getFirst().source()));
        assertThat(new String(yaml, StandardCharsets.UTF_8))
                .contains(
                        "name: web01-disk-0",
                        "bus: virtio",
                        "macAddress: \"00:16:3e:01:02:03\"",
                        "networkName: xenbr0");
        Machine read = SourceMachines.find(folder.resolve("bothways.json"), SourceOptions.usual())
                .machine();
        assertThat(read.memory().startup()).isEqualTo(512L << 20);
        Path back = scratch.resolve("back");
        convert(folder.resolve("bothways.json"), Targets.find("kvm").orElseThrow(), back);
        assertThat(Manifest.read(back).source().disks())
                .extracting(Manifest.SourceDisk::guestHash)
                .containsExactly(Manifest.read(folder).disks().getFirst().guestHash());
    }

    @Test
    void theScriptUploadsTheDisksAndCreatesTheMachine() throws Exception {
        Oracle.require("shellcheck")
                .run("--shell=sh", folder.resolve("import.sh"))
                .orFail();
        long size = Manifest.read(folder).disks().getFirst().size();
        assertThat(run(0, "--namespace", "shop", "--storage-class", "fast"))
                .containsExactly(
                        "kubectl get virtualmachine web01 --namespace=shop",
                        "kubectl get persistentvolumeclaim web01-disk-0 --namespace=shop",
                        "virtctl image-upload dv web01-disk-0 --size=" + size + " --image-path="
                                + folder.toRealPath() + "/web01-0.qcow2 --force-bind --namespace=shop"
                                + " --storage-class=fast",
                        "kubectl create --filename=" + folder.toRealPath() + "/web01.yaml --namespace=shop");
        assertThat(run(0, "--dry-run")).isEmpty();
    }

    @Test
    void theScriptReplacesNothingAndTakesNoDiskThatWasChanged() throws Exception {
        assertThat(run(1, Map.of("THERE", "0"))).containsExactly("kubectl get virtualmachine web01");
        Files.write(folder.resolve("web01-0.qcow2"), new byte[] {1});
        assertThat(run(1)).isEmpty();
        assertThat(run(1, "--what")).isEmpty();
    }

    @Test
    void theScriptRemovesWhatItUploadedWhereAStepFails() throws Exception {
        pretend("kubectl", "echo kubectl \"$@\" >> \"$CALLS\"; case $1 in get | create) exit 1 ;; esac");
        assertThat(run(1)).last().isEqualTo("kubectl delete datavolume web01-disk-0 --ignore-not-found");
    }

    @Test
    void refusesWhatAClusterDoesNotGive() {
        Machine machine = Machine.builder("a", Platform.KVM)
                .firmware(new Firmware.DirectKernel("/k", Optional.empty(), ""))
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.IDE, 0, 0)).build(),
                        Disk.builder(Disk.Kind.DISK, new Slot(Bus.VIRTIO, 0, 0, OptionalInt.of(1)))
                                .build()))
                .build();
        assertThat(TARGET.refusals(
                        machine,
                        List.of(1L, 1L),
                        TARGET.diskFormats(Platform.KVM).getFirst()))
                .satisfiesExactly(
                        first -> assertThat(first).contains("the drive hda (ide 0:0) has no place on kubevirt"),
                        second -> assertThat(second).contains("vda1 is a single partition"),
                        third -> assertThat(third).contains("started with a kernel of its host"));
    }

    private List<String> run(int exitCode, String... options) throws Exception {
        return run(exitCode, Map.of(), options);
    }

    /** What was called of the cluster's programs. */
    private List<String> run(int exitCode, Map<String, String> environment, String... options) throws Exception {
        Path calls = Files.writeString(scratch.resolve("calls"), "");
        ProcessBuilder builder = new ProcessBuilder(
                Stream.concat(Stream.of("sh", folder.resolve("import.sh").toString()), Stream.of(options))
                        .toList());
        builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
        builder.environment().put("CALLS", calls.toString());
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(exitCode);
        return Files.readAllLines(calls);
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static List<String> convert(Path source, Target target, Path folder) throws IOException {
        ConversionRequest request = new ConversionRequest(
                source,
                SourceOptions.usual(),
                target,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        try (Conversion conversion = Conversion.plan(request)) {
            return conversion.execute(folder, false, ConversionListener.none());
        }
    }
}
