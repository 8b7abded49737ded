package dev.bothways.machine.dialect.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.Dialects;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Written;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KubevirtDialectTest {
    private static final KubevirtDialect DIALECT = new KubevirtDialect();

    /** As people write them, with what a cluster adds. */
    private static final String SAMPLE = """
            # a machine of a cluster
            apiVersion: kubevirt.io/v1
            kind: VirtualMachine
            metadata:
              name: web-01
              namespace: shop
              uid: 1f8c1c5e-3c77-4e0a-9b8b-6a1f0c4b8f11
              labels: {app.kubernetes.io/name: web, tier: "1"}
              annotations:
                description: the shop's front
                kubectl.kubernetes.io/last-applied-configuration: "{}"
            spec:
              runStrategy: Always
              dataVolumeTemplates:
              - metadata: {name: web-01-root}
                spec:
                  storage: {resources: {requests: {storage: 20Gi}}}
                  source: {upload: {}}
              template:
                metadata:
                  annotations: {vm.kubevirt.io/os: debian12}
                spec:
                  terminationGracePeriodSeconds: 60
                  nodeSelector: {zone: a}
                  domain:
                    cpu: {cores: 2, sockets: 2, threads: 1, maxSockets: 4, model: host-model}
                    memory: {guest: 1.5Gi}
                    resources: {limits: {cpu: 2500m}}
                    machine: {type: pc-q35-rhel9.4.0}
                    clock: {utc: {offsetSeconds: 3600}, timer: {hpet: {present: false}}}
                    features: {acpi: {}, smm: {enabled: true}, hyperv: {relaxed: {}}}
                    firmware:
                      uuid: 5d307ca9-b3ef-428c-8861-06e72d69f223
                      bootloader: {efi: {secureBoot: true}}
                    devices:
                      tpm: {persistent: true}
                      rng: {}
                      disks:
                      - {name: root, bootOrder: 2, serial: R1, cache: none, disk: {bus: virtio}}
                      - {name: data, disk: {bus: scsi, readonly: true}, shareable: true}
                      - {name: media, bootOrder: 3, cdrom: {bus: sata}}
                      - {name: ci, disk: {bus: virtio}}
                      interfaces:
                      - {name: default, masquerade: {}, macAddress: 02-00-00-AA-00-01, model: e1000e}
                      - {name: lan, bridge: {}, bootOrder: 1, tag: x}
                  networks:
                  - {name: default, pod: {vmNetworkCIDR: 10.11.0.0/24}}
                  - {name: lan, multus: {networkName: shop/lan}}
                  volumes:
                  - {name: root, dataVolume: {name: web-01-root}}
                  - {name: data, persistentVolumeClaim: {claimName: web-data, hotpluggable: true}}
                  - {name: media, containerDisk: {image: "registry.example/virtio-win:1"}}
                  - {name: ci, cloudInitNoCloud: {userData: "#cloud-config\\n"}}
            status: {ready: true}
            """;

    @TempDir
    Path scratch = Path.of("");

    private static Machine read(String text) throws DefinitionException {
        return parsed(text).machine();
    }

    private static Parsed parsed(String text) throws DefinitionException {
        return DIALECT.parse(text.getBytes(StandardCharsets.UTF_8), "vm.yaml").getFirst();
    }

    @Test
    void readsWhatPeopleAndClustersWrite() throws DefinitionException {
        assertThat(Dialects.of(SAMPLE.getBytes(StandardCharsets.UTF_8)).orElseThrow())
                .isInstanceOf(KubevirtDialect.class);
        Machine machine = read(SAMPLE);
        assertThat(machine.name()).isEqualTo("web-01");
        assertThat(machine.description()).contains("the shop's front");
        assertThat(machine.guestOs()).contains("debian12");
        assertThat(machine.platform()).isEqualTo(Platform.KVM);
        assertThat(machine.uuid()).contains(UUID.fromString("5d307ca9-b3ef-428c-8861-06e72d69f223"));
        assertThat(machine.firmware()).isEqualTo(new Firmware.Uefi(true));
        assertThat(machine.securityChip()).contains(SecurityChip.TPM_2_0);
        assertThat(machine.processors())
                .isEqualTo(new Processors(
                        4,
                        8,
                        Optional.of(new Processors.Topology(4, 2, 1)),
                        OptionalInt.of(250),
                        OptionalInt.empty(),
                        false));
        assertThat(machine.memory()).isEqualTo(Memory.fixed(1536L << 20));
        assertThat(machine.clock()).isEqualTo(new Clock(Clock.Base.UTC, 3600));
        assertThat(machine.bootOrder()).containsExactly(BootDevice.NETWORK, BootDevice.DISK, BootDevice.CDROM);
        assertThat(machine.consoles()).containsExactly(Console.pty(Console.Type.SERIAL));
        assertThat(machine.disks()).hasSize(3);
        Disk root = machine.disks().get(0);
        assertThat(root.slot()).isEqualTo(Slot.of(Bus.VIRTIO, 0, 0));
        assertThat(root.medium()).contains(new Medium("web-01-root", ""));
        assertThat(root.size()).isEqualTo(OptionalLong.of(20L << 30));
        assertThat(root.boot()).isTrue();
        assertThat(root.serial()).contains("R1");
        Disk data = machine.disks().get(1);
        assertThat(data.slot()).isEqualTo(Slot.of(Bus.SCSI, 0, 0));
        assertThat(data.readOnly() && data.shared()).isTrue();
        assertThat(machine.disks().get(2).kind()).isEqualTo(Disk.Kind.CDROM);
        assertThat(machine.nics().get(0).mac()).contains(new MacAddress("02:00:00:aa:00:01"));
        assertThat(machine.nics().get(0).model()).contains("e1000e");
        assertThat(machine.nics().get(0).network()).isEmpty();
        assertThat(machine.nics().get(1).network()).contains("shop/lan");
    }

    /** The templates that say how large volumes are go with the volumes. */
    private static Machine sizeless(Machine machine) {
        List<Disk> disks = machine.disks().stream()
                .map(disk -> disk.toBuilder().size(OptionalLong.empty()).build())
                .toList();
        return machine.toBuilder().disks(disks).build();
    }

    @Test
    void keepsWhatItHasNoWordForWhenItIsWrittenAgain() throws DefinitionException {
        Machine machine = read(SAMPLE);
        assertThat(machine.extras())
                .extracting(Extra::key)
                .contains(
                        "/metadata/namespace",
                        "/metadata/labels",
                        "/spec/template/spec/nodeSelector",
                        "/spec/template/spec/domain/cpu/model",
                        "/spec/template/spec/domain/machine",
                        "/spec/template/spec/domain/clock/timer",
                        "/spec/template/spec/domain/features/hyperv",
                        "/spec/template/spec/domain/devices/rng",
                        "drive")
                .noneMatch(key -> key.contains("uid") || key.contains("status") || key.contains("last-applied"));
        Written written = DIALECT.write(machine);
        assertThat(written.lost()).isEmpty();
        assertThat(read(written.text())).isEqualTo(sizeless(machine));
        assertThat(DIALECT.write(read(written.text())).text()).isEqualTo(written.text());
    }

    @Test
    void readsAnInstanceAListAndJson() throws IOException {
        String instance = """
                apiVersion: kubevirt.io/v1
                kind: VirtualMachineInstance
                metadata: {name: a}
                spec:
                  domain:
                    resources: {requests: {memory: 512M, cpu: "3"}}
                    devices: {disks: [{name: d}]}
                  volumes: [{name: d, hostDisk: {path: /srv/d.img, type: Disk}}]
                """;
        Machine machine = read(instance);
        assertThat(machine.memory()).isEqualTo(Memory.fixed(512_000_000));
        assertThat(machine.processors().count()).isEqualTo(3);
        assertThat(machine.disks().getFirst().slot().bus()).isEqualTo(Bus.SATA);
        assertThat(machine.disks().getFirst().medium()).contains(new Medium("/srv/d.img", ""));
        assertThat(read(DIALECT.write(machine).text()).disks()).isEqualTo(machine.disks());
        String list = "apiVersion: v1\nkind: List\nitems:\n- "
                + SAMPLE.replaceFirst("(?s)^#.*?\n", "").replace("\n", "\n  ") + "\n---\n" + instance;
        assertThat(DIALECT.parse(list.getBytes(StandardCharsets.UTF_8), "l.yaml"))
                .hasSize(2);
        String json = "{\"apiVersion\":\"kubevirt.io/v1\",\"kind\":\"VirtualMachine\",\"metadata\":{\"name\":\"j\"},"
                + "\"spec\":{\"template\":{\"spec\":{\"domain\":{\"memory\":{\"guest\":\"64Mi\"}}}}}}";
        assertThat(DIALECT.recognizes(json.getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(read(json).memory()).isEqualTo(Memory.fixed(64L << 20));
    }

    @Test
    void saysThatAnInstanceTypeHasTheProcessors() throws DefinitionException {
        Parsed parsed = parsed("""
                apiVersion: kubevirt.io/v1
                kind: VirtualMachine
                metadata: {name: a}
                spec:
                  instancetype: {name: u1.small}
                  template: {spec: {domain: {devices: {}}}}
                """);
        assertThat(parsed.warnings()).singleElement().asString().contains("say them with --cpus and --memory");
        assertThat(parsed.machine().extras()).extracting(Extra::key).contains("/spec/instancetype");
    }

    private static Machine full() {
        return Machine.builder("Web \"01\": [x] é \u2028 \ud83d\ude00", Platform.KVM)
                .description("- no\n# list\ttab: {a}")
                .uuid(UUID.fromString("5d307ca9-b3ef-428c-8861-06e72d69f223"))
                .guestOs("debian12")
                .firmware(new Firmware.Uefi(true))
                .securityChip(Optional.of(SecurityChip.TPM_2_0))
                .processors(new Processors(
                        4,
                        8,
                        Optional.of(new Processors.Topology(2, 2, 2)),
                        OptionalInt.of(150),
                        OptionalInt.empty(),
                        false))
                .memory(Memory.fixed(1537L << 20))
                .clock(new Clock(Clock.Base.UTC, -60))
                .bootOrder(List.of(BootDevice.NETWORK, BootDevice.DISK))
                .disks(List.of(
                        disk(Slot.of(Bus.VIRTIO, 0, 0))
                                .boot(true)
                                .serial("true")
                                .build(),
                        disk(Slot.of(Bus.SCSI, 0, 0)).shared(true).build(),
                        disk(Slot.of(Bus.SATA, 0, 0)).readOnly(true).build(),
                        disk(Slot.of(Bus.USB, 0, 0)).build()))
                .nics(List.of(
                        Nic.builder()
                                .mac(new MacAddress("00:16:3e:00:00:01"))
                                .model("virtio")
                                .build(),
                        Nic.builder().model("e1000").network("lan").build()))
                .consoles(List.of(Console.pty(Console.Type.SERIAL)))
                .build();
    }

    private static Disk.Builder disk(Slot slot) {
        return Disk.builder(Disk.Kind.DISK, slot).medium("web-" + slot.bus().id(), "");
    }

    @Test
    void writesWhatReadsBack() throws DefinitionException {
        Written written = DIALECT.write(full());
        assertThat(written.lost()).isEmpty();
        assertThat(written.text()).contains("name: web-01-x\n", "runStrategy: Halted", "guest: \"1537Mi\"");
        assertThat(read(written.text())).isEqualTo(full());
        Machine bare = Machine.builder("no", Platform.KVM)
                .display(new Display(Optional.of("none"), OptionalLong.empty(), List.of(), Optional.empty()))
                .build();
        assertThat(read(DIALECT.write(bare).text())).isEqualTo(bare);
        Machine growing = bare.toBuilder().processors(Processors.of(2, 6)).build();
        assertThat(read(DIALECT.write(growing).text())).isEqualTo(growing);
    }

    @Test
    void writesYamlThatOthersReadAlike() throws IOException {
        Path file = Files.writeString(
                scratch.resolve("vm.yaml"), DIALECT.write(full()).text());
        Oracle python = Oracle.require("python3");
        Oracle.require(python.run("-c", "import yaml").exitCode() == 0, "python3-yaml");
        String json = python.run(
                        "-c", "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))", file)
                .orFail()
                .output();
        assertThat(read(json)).isEqualTo(full());
        Files.writeString(scratch.resolve("kustomization.yaml"), "resources: [vm.yaml]\n");
        String built =
                Oracle.require("kubectl").run("kustomize", scratch).orFail().output();
        assertThat(read(built)).isEqualTo(full());
    }

    @Test
    void namesWhatItCannotWrite() {
        Machine machine = Machine.builder("a", Platform.KVM)
                .firmware(new Firmware.DirectKernel("/boot/vmlinuz", Optional.empty(), ""))
                .processors(new Processors(
                        3,
                        4,
                        Optional.of(new Processors.Topology(2, 2, 1)),
                        OptionalInt.empty(),
                        OptionalInt.of(9),
                        true))
                .memory(new Memory(1 << 20, 1 << 20, 2 << 20))
                .clock(new Clock(Clock.Base.LOCAL_TIME, 0))
                .securityChip(Optional.of(SecurityChip.TPM_1_2))
                .disks(List.of(
                        Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.SATA, 0, 0)).build(),
                        Disk.builder(Disk.Kind.FLOPPY, Slot.of(Bus.FLOPPY, 0, 0))
                                .build()))
                .nics(List.of(Nic.builder().vlan(7).mtu(9000).build()))
                .extras(List.of(new Extra("xl", "pae", "1"), new Extra("kubevirt", "/kind", "\"Pod\"")))
                .build();
        Written written = DIALECT.write(machine);
        assertThat(written.lost())
                .extracting(Lost::item)
                .containsExactly(
                        "processor topology",
                        "processor weight",
                        "nested virtualization",
                        "dynamic memory",
                        "kernel /boot/vmlinuz of the host",
                        "clock",
                        "CD drive 1",
                        "floppy drive 1",
                        "VLAN of network card 1",
                        "MTU of network card 1",
                        "security chip",
                        "pae (xl)",
                        "/kind (kubevirt)");
        assertThat(written.text()).contains("kind: VirtualMachine\n");
    }

    @ParameterizedTest
    @CsvSource({
        "Web_01, web-01",
        "--ä--, machine",
        "'', machine",
        "a.b, a-b",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbb, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    })
    void makesNamesThatAClusterTakes(String name, String resource) {
        assertThat(KubevirtDialect.resourceName(name)).isEqualTo(resource);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "guest: 1.5Gi | guest: lots | should be an amount of memory",
                "guest: 1.5Gi | guest: 99999999999Ti | should be an amount of memory",
                "cores: 2 | cores: 0 | should be a whole number from 1 on",
                "cores: 2 | cores: 999999999 | more than any host has",
                "bus: scsi | bus: scuzzy | is none that KubeVirt has: scuzzy",
                "02-00-00-AA-00-01 | 02-00 | is no address of a network card: 02-00",
                "uuid: 5d307ca9 | uuid: 5d30 | is no UUID"
            })
    void saysWhereAValueIsWrong(String good, String bad, String message) {
        String text = SAMPLE.replace(good, bad);
        assertThat(text).isNotEqualTo(SAMPLE);
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> read(text))
                .withMessageStartingWith("vm.yaml, line ")
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: &a [x]\nb: *a\n<<: *a",
                "a: !!java.net.URL [http://x]",
                "a: 1\na: 2",
                "? [a]\n: b",
                "\t- a",
                "a: [",
                "a: &a\n  b: *a"
            })
    void refusesYamlThatMeansMoreThanItSays(String more) {
        String text = "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\n" + more + "\n";
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> read(text))
                .withMessageStartingWith("vm.yaml");
    }

    @Test
    void boundsWhatAliasesRepeat() {
        StringBuilder text = new StringBuilder("apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nl0: &l0 [x, x, x]\n");
        for (int i = 1; i < 40; i++) {
            String below = "*l" + (i - 1);
            text.append("l").append(i).append(": &l").append(i).append(" [");
            text.append(String.join(", ", List.of(below, below, below, below))).append("]\n");
        }
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> read(text.toString()))
                .withMessageContaining("vm.yaml, line ")
                .withMessageContaining("there are more than 100000 values");
    }

    @Test
    void survivesDamagedFiles() throws DefinitionException {
        Seed seed = Seed.of(7_121);
        Random random = seed.random();
        byte[] ours = DIALECT.write(full()).text().getBytes(StandardCharsets.UTF_8);
        byte[] others = SAMPLE.getBytes(StandardCharsets.UTF_8);
        int same = 0;
        for (int round = 0; round < 4000; round++) {
            byte[] text = (random.nextBoolean() ? ours : others).clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(256);
            }
            try {
                Machine machine = DIALECT.parse(text, "vm.yaml").getFirst().machine();
                // What was left out is said once it was written; from then on nothing changes.
                Machine said = read(DIALECT.write(machine).text());
                assertThat(said.name()).as("%s", seed).isEqualTo(machine.name());
                assertThat(said.memory()).as("%s", seed).isEqualTo(machine.memory());
                String again = DIALECT.write(said).text();
                assertThat(DIALECT.write(read(again)).text()).as("%s", seed).isEqualTo(again);
                same++;
            } catch (DefinitionException e) {
                assertThat(e).as("%s", seed).hasMessageStartingWith("vm.yaml");
            }
        }
        assertThat(same).as("%s", seed).isGreaterThan(100);
    }
}
