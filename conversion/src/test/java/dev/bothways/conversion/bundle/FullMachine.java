package dev.bothways.conversion.bundle;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.Slot;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/** A machine that has everything a machine can have. */
public final class FullMachine {
    private FullMachine() {}

    /** On Gen1 hardware, started by {@code firmware}. */
    public static Machine with(Firmware firmware) {
        Extra extra = new Extra("xl", "on_crash", "\"restart\"");
        return Machine.builder("full", Platform.HYPERV_GEN1)
                .description("a \"description\"\nof two lines")
                .uuid(UUID.fromString("c7a5fdb2-cdaf-9455-926a-d65c16db1809"))
                .firmware(firmware)
                .processors(new Processors(
                        2,
                        4,
                        Optional.of(new Processors.Topology(1, 2, 2)),
                        OptionalInt.of(150),
                        OptionalInt.of(512),
                        true))
                .memory(new Memory(2L << 30, 1L << 30, 4L << 30))
                .bootOrder(List.of(BootDevice.CDROM, BootDevice.DISK))
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.IDE, 0, 0))
                                .medium("Virtual Hard Disks/full-0.vhdx", "vhdx")
                                .boot(true)
                                .adapter(Optional.of("piix4"))
                                .serial("S1")
                                .size(OptionalLong.of(8L << 30))
                                .extras(List.of(extra))
                                .build(),
                        Disk.builder(Disk.Kind.DISK, new Slot(Bus.SCSI, 1, 3, OptionalInt.of(2)))
                                .medium("Virtual Hard Disks/full-1.vhdx", "vhdx")
                                .readOnly(true)
                                .shared(true)
                                .build(),
                        Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.IDE, 1, 0)).build()))
                .nics(List.of(
                        Nic.builder()
                                .mac(new MacAddress("00:16:3e:66:92:9c"))
                                .network("br0")
                                .model("tulip")
                                .vlan(42)
                                .addresses(List.of("10.0.0.1"))
                                .mtu(9000)
                                .extras(List.of(extra))
                                .build(),
                        Nic.builder().build()))
                .consoles(List.of(
                        Console.pty(Console.Type.SERIAL),
                        new Console(Console.Type.SERIAL, Console.Connection.TCP, Optional.of("127.0.0.1:1"))))
                .display(new Display(
                        Optional.of("stdvga"),
                        OptionalLong.of(16L << 20),
                        List.of(new Display.Viewer(
                                Display.Protocol.VNC, Optional.of("127.0.0.1"), OptionalInt.of(5901))),
                        Optional.of("de")))
                .clock(new Clock(Clock.Base.LOCAL_TIME, -3600))
                .securityChip(Optional.of(SecurityChip.TPM_2_0))
                .guestOs("debian12")
                .hostDevices(List.of(new HostDevice("pci", "01:00.0")))
                .extras(List.of(extra))
                .build();
    }
}
