package dev.bothways.conversion.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.JsonSchema;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

final class MachineJsonTest {
    private static final List<Firmware> FIRMWARES = List.of(
            new Firmware.Bios(),
            new Firmware.Uefi(true),
            new Firmware.Uefi(false, Optional.of("/nvram/a.fd")),
            new Firmware.DirectKernel("/k", Optional.of("/r"), "a b"),
            new Firmware.DirectKernel("/k", Optional.empty(), ""),
            new Firmware.HostBootLoader("pygrub", List.of("-q"), Optional.of("/k"), Optional.of("/r"), "x"),
            new Firmware.ParavirtualGrub("pvgrub64", "(hd0)"));

    @Test
    void readsBackEverythingItWrites() throws DefinitionException {
        for (Firmware firmware : FIRMWARES) {
            Machine machine = FullMachine.with(firmware);
            String text = MachineJson.write(machine).toPrettyString();
            assertThat(MachineJson.read(JsonMapper.shared().readTree(text), "m.json"))
                    .isEqualTo(machine);
        }
    }

    @Test
    void readsBackAMachineOfWhichLittleIsSaid() throws DefinitionException {
        Machine machine = Machine.builder("", Platform.KVM).build();
        assertThat(MachineJson.read(MachineJson.write(machine), "m.json")).isEqualTo(machine);
    }

    @Test
    void neverWritesSecrets() {
        Machine machine = Machine.builder("a", Platform.XEN_HVM)
                .extras(List.of(
                        new Extra("xl", "vncpasswd", "\"hunter2\""),
                        new Extra("xl", "vfb", "[ \"vncpasswd=hunter2\" ]")))
                .build();
        assertThat(MachineJson.write(machine).toString()).doesNotContain("hunter2");
    }

    @Test
    void writesNothingThatTheSchemaDoesNotKnow() throws IOException {
        JsonSchema schema = JsonSchema.of("machine.schema.json");
        for (Firmware firmware : FIRMWARES) {
            schema.accepts(MachineJson.write(FullMachine.with(firmware)));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /name             | 5                | the item /name of the machine must be a text
                    /memory/startup   | "5"              | the item /memory/startup of the machine must be a whole number
                    /memory/startup   | 1e99             | the item /memory/startup of the machine must be a whole number
                    /memory/startup   | 0                | the machine is not consistent: memory of
                    /disks/0/unit     | -1               | the item /disks/0/unit of the machine must be a whole number from 0 to
                    /disks/0/bus      | "isa"            | the item /disks/0/bus of the machine is not one of the words
                    /nics/0/mac       | "zz"             | the item /nics/0/mac of the machine is no MAC address
                    /nics/0/vlan      | 5000             | the machine is not consistent: no such VLAN
                    /uuid             | "5"              | the item /uuid of the machine is no UUID
                    /firmware/type    | "coreboot"       | the item /firmware/type of the machine is no kind of firmware
                    /consoles         | {}               | the item /consoles of the machine must be a list
                    /display          | []               | the item /display of the machine must be a JSON object
                    /clock/zone       | "CET"            | the item /clock/zone of the machine is not known
                    /disks/0/evil     | 1                | the item /disks/0/evil of the machine is not known
                    """)
    void refusesWhatIsWrongByItsPointer(String pointer, String value, String message) {
        ObjectNode json = MachineJson.write(FullMachine.with(new Firmware.Bios()));
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) json.at(pointer.substring(0, slash)))
                .set(pointer.substring(slash + 1), JsonMapper.shared().readTree(value));
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> MachineJson.read(json, "m.json"))
                .withMessageStartingWith("m.json: " + message);
    }

    @Test
    void refusesMissingItems() {
        ObjectNode json = MachineJson.write(FullMachine.with(new Firmware.Bios()));
        json.remove("clock");
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> MachineJson.read(json, "m.json"))
                .withMessage("m.json: the item /clock of the machine is missing");
    }
}
