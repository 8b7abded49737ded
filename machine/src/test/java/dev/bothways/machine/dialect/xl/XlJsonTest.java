package dev.bothways.machine.dialect.xl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Platform;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.Dialects;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Written;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;

/** The output of {@code xl list -l}: libvirt's pairs of it and domain XML, and what a host's list has besides. */
final class XlJsonTest {
    private static final String LISTED = """
            [ { "domid": 0, "config": { "c_info": { "type": "pv", "name": "Domain-0" }, "b_info": {} } },
              { "domid": 7, "config": {
                "c_info": { "type": "pv", "name": "web01", "uuid": "039e9ee6-4a84-3055-4c81-8ba426ae2656",
                            "hap": "False", "run_hotplug_scripts": "True" },
                "b_info": { "max_vcpus": 4, "avail_vcpus": [ 0, 1 ], "max_memkb": 1048577, "target_memkb": 524289,
                            "sched_params": { "weight": 512, "cap": 50 }, "exec_ssidref": 3, "claim_mode": "False",
                            "bootloader": "pygrub", "bootloader_args": [ "--kernel", "/vmlinuz" ],
                            "localtime": "True", "tsc_mode": "default", "cpuid": [ { "leaf": 1 } ],
                            "type.pv": { "slack_memkb": 0, "e820_host": "True" },
                            "arch_arm": { "gic_version": "default" } },
                "disks": [
                  { "pdev_path": "/srv/a,b,", "vdev": "xvda", "backend": "phy", "format": "raw", "readwrite": 1,
                    "script": "block-x", "discard_enable": "False", "colo_port": 9 },
                  { "pdev_path": null, "vdev": "xvdb", "backend": "qdisk", "format": "empty", "is_cdrom": 1 } ],
                "nics": [
                  { "devid": 0, "mac": "00:16:3e:3e:86:60", "bridge": "br0", "script": "/etc/xen/scripts/vif-bridge",
                    "nictype": "vif", "ip": "10.0.0.7", "mtu": 9000, "rate_bytes_per_interval": 62500,
                    "rate_interval_usecs": 50000, "model": "rtl8139", "coloft_forwarddev": "x" },
                  { "mac": "00:00:00:00:00:00", "ifname": "vif7.1" } ],
                "pcidevs": [ { "domain": 0, "bus": 1, "dev": 2, "func": 3, "permissive": true } ],
                "usbdevs": [ { "devid": 0, "type.hostdev": { "hostbus": 1, "hostaddr": 4 } } ],
                "vtpms": [ { "backend_domname": "vtpmmgr", "uuid": "x" } ],
                "vfbs": [ { "devid": 0, "vnc": { "enable": "True", "listen": "::1", "display": 3 }, "keymap": "de" } ],
                "p9s": [ { "tag": "share" } ],
                "on_poweroff": "destroy", "on_crash": "rename_restart" } } ]
            """;

    @TestFactory
    Stream<DynamicTest> meansWhatLibvirtMadeItOf() throws IOException {
        List<Path> files = samples();
        assertThat(files).hasSize(10);
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    Machine machine = parse(Files.readString(file)).getFirst().machine();
                    Element domain = DomainXml.read(Path.of(file.toString().replace(".json", ".xml")));
                    new DomainComparison(file.getFileName().toString(), Set.of()).compare(machine, domain);
                    Element devices = DomainXml.child(domain, "devices").orElseThrow();
                    assertThat(machine.consoles())
                            .filteredOn(console -> console.type() == Console.Type.SERIAL)
                            .hasSameSizeAs(DomainXml.children(devices, "serial"));
                    assertThat(machine.display().viewers()).hasSameSizeAs(DomainXml.children(devices, "graphics"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> comesBackFromADefinitionOfXl() throws IOException {
        return samples().stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    Machine machine = parse(Files.readString(file)).getFirst().machine();
                    Written written = new XlDialect().write(machine);
                    assertThat(written.lost()).extracting(Lost::item).isSubsetOf("b_info/vnuma_nodes");
                    Machine again = new XlDialect()
                            .parse(written.text().getBytes(StandardCharsets.UTF_8), "again.cfg")
                            .getFirst()
                            .machine();
                    Machine.Builder kept = machine.toBuilder()
                            .extras(machine.extras().stream()
                                    .filter(extra -> extra.dialect().equals(XlDialect.ID))
                                    .toList());
                    assertThat(again).isEqualTo(kept.build());
                }));
    }

    @Test
    void readsTheMachinesOfAHost() throws DefinitionException {
        assertThat(Dialects.of(LISTED.getBytes(StandardCharsets.UTF_8)).orElseThrow())
                .isInstanceOf(XlJsonDialect.class);
        List<Parsed> listed = parse(LISTED);
        assertThat(listed).hasSize(1);
        Machine machine = listed.getFirst().machine();
        assertThat(listed.getFirst().warnings()).isEmpty();
        assertThat(machine.name()).isEqualTo("web01");
        assertThat(machine.platform()).isEqualTo(Platform.XEN_PV);
        assertThat(machine.memory()).isEqualTo(new Memory(524289L << 10, 524289L << 10, 1048577L << 10));
        assertThat(machine.processors().count()).isEqualTo(2);
        assertThat(machine.processors().maximum()).isEqualTo(4);
        assertThat(machine.processors().weight()).isEqualTo(OptionalInt.of(512));
        assertThat(machine.processors().limit()).isEqualTo(OptionalInt.of(50));
        assertThat(machine.firmware())
                .isEqualTo(new Firmware.HostBootLoader(
                        "pygrub", List.of("--kernel", "/vmlinuz"), Optional.empty(), Optional.empty(), ""));
        assertThat(machine.securityChip()).contains(SecurityChip.TPM_1_2);
        assertThat(machine.hostDevices())
                .containsExactly(new HostDevice("pci", "0000:01:02.3"), new HostDevice("usb", "hostbus=1,hostaddr=4"));
        assertThat(machine.display().viewers())
                .containsExactly(new Display.Viewer(Display.Protocol.VNC, Optional.of("::1"), OptionalInt.of(5903)));
    }

    @Test
    void readsDrivesAndCards() throws DefinitionException {
        Machine machine = parse(LISTED).getFirst().machine();
        Disk disk = machine.disks().getFirst();
        assertThat(disk.slot().bus()).isEqualTo(Bus.XEN);
        assertThat(disk.medium().orElseThrow().path()).isEqualTo("/srv/a,b,");
        assertThat(disk.boot()).isTrue();
        assertThat(disk.readOnly()).isFalse();
        assertThat(disk.extras())
                .containsExactly(xl("script", "block-x"), xl("no-discard", ""), json("colo_port", "9"));
        assertThat(machine.disks().get(1).kind()).isEqualTo(Disk.Kind.CDROM);
        assertThat(machine.disks().get(1).medium()).isEmpty();
        assertThat(machine.nics().getFirst().model()).isEmpty();
        assertThat(machine.nics().getFirst().mtu()).isEqualTo(OptionalInt.of(9000));
        assertThat(machine.nics().getFirst().addresses()).containsExactly("10.0.0.7");
        assertThat(machine.nics().getFirst().extras())
                .containsExactly(xl("rate", "1250000B/s@50000us"), json("coloft_forwarddev", "\"x\""));
        assertThat(machine.nics().get(1).mac()).isEmpty();
    }

    @Test
    void keepsWhatTheRecordHasNoWordFor() throws DefinitionException {
        assertThat(parse(LISTED).getFirst().machine().extras())
                .containsExactlyInAnyOrder(
                        xl("hap", "0"),
                        xl("e820_host", "1"),
                        xl("on_crash", "\"rename-restart\""),
                        xl("vtpm", "[ \"backend=vtpmmgr,uuid=x\" ]"),
                        json("b_info/cpuid", "[{\"leaf\":1}]"),
                        json("p9s", "[{\"tag\":\"share\"}]"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "max_memkb": 1048577        | "max_memkb": "lots"          | line 5, config/b_info/max_memkb: 'lots' is not a whole number
                    "max_memkb": 1048577        | "max_memkb": 1               | b_info/max_memkb: 1 is less than target_memkb, 524289
                    "max_memkb": 1048577        | "max_memkb": 99999999999999  | is not between 1 and
                    "max_memkb": 1048577        | "max_memkb": 1234567890123456789012345678901234 | is not JSON
                    "max_vcpus": 4              | "max_vcpus": [ 4 ]           | b_info/max_vcpus: is a list but must be a single value
                    "max_vcpus": 4              | "max_vcpus": 1               | maxvcpus: 1 is less than vcpus = 2
                    "readwrite": 1              | "readwrite": "maybe"         | disks/0/readwrite: 'maybe' is neither True nor False
                    "vdev": "xvda"              | "vdev": "xvda,access=ro"     | disks/0/vdev: 'xvda,access=ro' holds a comma
                    "vdev": "xvda"              | "vdev": "zda"                | names no drive
                    "bridge": "br0"             | "bridge": "br0,script=/evil" | nics/0/bridge: 'br0,script=/evil' holds a comma
                    "mac": "00:16:3e:3e:86:60"  | "mac": "1"                   | has the MAC address '1', which is none
                    "name": "web01"             | "nom": "web01"               | has no name
                    "name": "web01"             | "name": "a", "name": "b"     | is not JSON: Duplicate
                    "type": "pv", "name": "web01" | "type": "arm", "name": "w" | 'arm' is none of pv, pvh and hvm
                    "bus": 1                    | "bus": 256                   | pcidevs/0/bus: 256 is not between 0 and 255
                    "c_info": { "type": "pv", "name": "web01" | "c_info": 5, "x": { "y": 1 | c_info: is no object
                    """)
    void refusesWithTheKeyAndTheReason(String part, String replacement, String message) {
        String text = LISTED.replace(part, replacement);
        assertThat(text).isNotEqualTo(LISTED);
        refused(text, message);
    }

    @Test
    void refusesWhatIsNoList() {
        refused("[]", "lists no machine but Domain-0");
        refused("{ \"c_info\": {} } 5", "has more behind its value");
        refused("", "has no value");
        refused("[".repeat(100_000), "is not JSON");
        refused("{ \"c_info\": { \"name\": \"a\" }, \"b_info\": {} }", "b_info/target_memkb: is not there");
        refused("[ 5 ]", "is no object");
    }

    @Test
    void survivesDamagedFiles() throws IOException {
        Seed seed = Seed.of(4_420);
        Random random = seed.random();
        List<byte[]> files = new ArrayList<>(List.of(LISTED.getBytes(StandardCharsets.UTF_8)));
        for (Path file : samples()) {
            files.add(Files.readAllBytes(file));
        }
        int read = 0;
        for (int round = 0; round < 10_000; round++) {
            byte[] text = files.get(random.nextInt(files.size())).clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(256);
            }
            try {
                new XlJsonDialect().parse(text, "fuzz.json");
                read++;
            } catch (DefinitionException e) {
                assertThat(e).as("%s", seed).hasMessageStartingWith("fuzz.json").hasMessageNotContaining("\n\n");
            }
        }
        assertThat(read).as("%s", seed).isPositive();
    }

    private static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(Corpus.file("libvirt/libxlxml2domconfigdata"))) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static Extra xl(String key, String value) {
        return new Extra("xl", key, value);
    }

    private static Extra json(String key, String value) {
        return new Extra("xl-json", key, value);
    }

    private static List<Parsed> parse(String text) throws DefinitionException {
        return new XlJsonDialect().parse(text.getBytes(StandardCharsets.UTF_8), "test.json");
    }

    private static void refused(String text, String why) {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse(text))
                .withMessageContaining(why)
                .withMessageStartingWith("test.json");
    }
}
