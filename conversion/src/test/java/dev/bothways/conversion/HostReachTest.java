package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.conversion.target.HardDisks;
import dev.bothways.conversion.target.Target;
import dev.bothways.conversion.target.Targets;
import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Dialects;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A definition of each dialect in which everything is set that reaches into the host, each with a mark of its own, to every target on
 * each of its platforms.
 */
final class HostReachTest {
    private static final long DISK_SIZE = 1L << 30;
    /** {@code fe5a} is the product number of a device on USB, which takes no other mark. */
    private static final Pattern MARK = Pattern.compile("hostmark[0-9]+|fe5a");

    /** A machine, how its definition is called, and the marks in it. */
    private record Source(String name, String dialect, Machine machine, Set<String> marks) {}

    /** What is written for a target, and what the plan says. */
    private record Result(String text, List<PlanItem> items, List<String> warnings) {
        String lost() {
            return told(Set.of(PlanItem.Fate.LOST));
        }

        /** Of a connection that a dialect has no address for, the kind is left. */
        String changed() {
            return told(Set.of(PlanItem.Fate.LOST, PlanItem.Fate.MAPPED));
        }

        private String told(Set<PlanItem.Fate> fates) {
            return items.stream()
                    .filter(item -> fates.contains(item.fate()))
                    .map(item -> item.item() + " " + item.from() + " " + item.why())
                    .collect(Collectors.joining("\n"));
        }
    }

    @Test
    void nothingOfItCrossesAndEachIsTold() throws Exception {
        List<String> wrong = new ArrayList<>();
        int crossed = 0;
        for (Source source : sources()) {
            for (Target target : Targets.allForms()) {
                for (Platform platform : target.platforms()) {
                    if (HostReach.crosses(source.dialect, source.machine.platform(), target.id())) {
                        Optional<Result> result = convert(source, target, platform, false);
                        crossed += result.isPresent() ? 1 : 0;
                        result.ifPresent(found -> leftBehind(where(source, target, platform), source, found, wrong));
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(crossed).isGreaterThan(100);
    }

    @Test
    void onTheSameHypervisorItStaysWithAWarningOrGoes() throws Exception {
        List<String> wrong = new ArrayList<>();
        int stayed = 0;
        for (Source source : sources()) {
            for (Target target : Targets.allForms()) {
                for (Platform platform : target.platforms()) {
                    if (!HostReach.crosses(source.dialect, source.machine.platform(), target.id())) {
                        String where = where(source, target, platform);
                        Optional<Result> kept = convert(source, target, platform, false);
                        Optional<Result> strict = convert(source, target, platform, true);
                        stayed += kept.isPresent() ? 1 : 0;
                        kept.ifPresent(found -> toldOf(where, source, found, wrong));
                        strict.ifPresent(found -> leftBehind(where + " strictly", source, found, wrong));
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(stayed).isGreaterThan(10);
    }

    @Test
    void aFileBesideTheDefinitionIsNoReach() {
        Console beside = new Console(Console.Type.SERIAL, Console.Connection.FILE, Optional.of("serial0.log"));
        Machine machine = Machine.builder("a", Platform.VMWARE)
                .firmware(new Firmware.Uefi(false, Optional.of("a.nvram")))
                .consoles(List.of(beside))
                .build();
        assertThat(HostReach.of(machine, List.of(), false).machine()).isEqualTo(machine);
        assertThat(HostReach.of(machine, List.of(), true).items())
                .containsOnlyKeys("UEFI variables", "connection of console 1");
    }

    @Test
    void aKernelThatLiesBesideTheDefinitionIsTheGuests() {
        Machine beside = Machine.builder("a", Platform.XEN_PV)
                .firmware(new Firmware.DirectKernel("vmlinuz", Optional.of("initrd"), "root=/dev/xvda"))
                .build();
        assertThat(HostReach.of(beside, List.of(), false).items()).isEmpty();
        Machine ofHost = beside.toBuilder()
                .firmware(new Firmware.DirectKernel("/boot/vmlinuz", Optional.empty(), ""))
                .build();
        HostReach reach = HostReach.of(ofHost, List.of(), false);
        assertThat(reach.warnings())
                .containsExactly("kernel of the host reaches into the host (/boot/vmlinuz) and is"
                        + " written as it is; check that it is meant on the new host, or leave it out with --strict");
        assertThat(reach.machine().firmware()).isInstanceOf(Firmware.HostBootLoader.class);
    }

    /** What is written and reaches into the host is warned of; what is not written is told. */
    private static void toldOf(String where, Source source, Result result, List<String> wrong) {
        String warned = String.join("\n", result.warnings);
        for (String mark : source.marks) {
            if (result.text.contains(mark) && !warned.contains(mark)) {
                wrong.add(where + ": " + mark + " is written without a warning");
            } else if (!result.text.contains(mark) && !result.changed().contains(mark)) {
                wrong.add(where + ": " + mark + " is lost and not told");
            }
        }
    }

    private static void leftBehind(String where, Source source, Result result, List<String> wrong) {
        marks(result.text).forEach(mark -> wrong.add(where + ": " + mark + " is written"));
        for (String mark : source.marks) {
            if (!result.lost().contains(mark)) {
                wrong.add(where + ": " + mark + " is not told as lost");
            }
        }
        if (!result.warnings.isEmpty()) {
            wrong.add(where + ": warns of " + result.warnings);
        }
    }

    private static String where(Source source, Target target, Platform platform) {
        String form = target.bundle().map(bundle -> " as " + bundle.id()).orElse("");
        return source.name + " -> " + target.id() + form + " (" + platform.id() + ")";
    }

    private static Optional<Result> convert(Source source, Target target, Platform platform, boolean strict)
            throws IOException {
        List<Disk> hardDisks = HardDisks.of(source.machine);
        TargetMachine mapping;
        try {
            mapping = new TargetMachine.Way(
                            source.machine,
                            source.dialect,
                            source.name,
                            target,
                            platform,
                            Optional.empty(),
                            Optional.empty(),
                            strict,
                            false)
                    .end(hardDisks);
        } catch (ConversionException noRoom) {
            return Optional.empty();
        }
        DiskFormat format = target.usualFormat(mapping.machine());
        List<Long> sizes = hardDisks.stream().map(disk -> DISK_SIZE).toList();
        if (!target.refusals(mapping.machine(), sizes, format).isEmpty()) {
            return Optional.empty();
        }
        List<Target.ConvertedDisk> disks = new ArrayList<>();
        for (int i = 0; i < hardDisks.size(); i++) {
            disks.add(new Target.ConvertedDisk(
                    target.diskFile(mapping.machine(), i, format), format, DISK_SIZE, "0".repeat(64)));
        }
        Machine planned = HardDisks.withFiles(mapping.machine(), disks);
        Target.Definition definition = target.definition(planned, disks);
        Machine carried = target.carried(planned, definition);
        Machine written = target.written(planned, definition);
        List<Lost> lost = new ArrayList<>(mapping.lost());
        lost.addAll(definition.lost());
        List<PlanItem> items = new PlanItems(planned, target.id(), hardDisks, mapping.reasons())
                .compare(source.machine, carried, lost);
        String text =
                definition.files().stream().map(Target.DefinitionFile::text).collect(Collectors.joining("\n"))
                        + String.join("\n", definition.steps());
        return Optional.of(new Result(
                text, items, HostReach.of(written, HardDisks.of(written), false).warnings()));
    }

    private static Set<String> marks(String text) {
        return MARK.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Source> sources() throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(HostReachTest.class.getResource("host-reach"))
                .toURI());
        List<Source> sources = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                byte[] content = Files.readAllBytes(file);
                Dialect dialect = Dialects.of(content).orElseThrow();
                String name = file.getFileName().toString();
                sources.add(new Source(
                        name,
                        dialect.id(),
                        dialect.parse(content, name).getFirst().machine(),
                        marks(new String(content, StandardCharsets.UTF_8))));
            }
        }
        sources.add(hyperv());
        sources.add(xapi());
        assertThat(sources.stream().map(Source::dialect).collect(Collectors.toSet()))
                .containsAll(Dialects.all().stream().map(Dialect::id).toList());
        return sources;
    }

    /** Its own files are binary. */
    private static Source hyperv() {
        Machine machine = Machine.builder("reaching", Platform.HYPERV_GEN1)
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.IDE, 0, 0))
                                .medium("h.vhdx", "vhdx")
                                .boot(true)
                                .build(),
                        Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.IDE, 1, 0))
                                .medium("C:\\isos\\hostmark01.iso", "raw")
                                .build()))
                .consoles(List.of(new Console(
                        Console.Type.SERIAL, Console.Connection.PIPE, Optional.of("\\\\.\\pipe\\hostmark02"))))
                .extras(List.of(new Extra("hyperv", "snapshot_folder", "C:\\ProgramData\\hostmark03")))
                .build();
        return new Source("hyperv", "hyperv", machine, Set.of("hostmark01", "hostmark02", "hostmark03"));
    }

    /** A record of it is some hundred fields. */
    private static Source xapi() {
        Machine machine = Machine.builder("reaching", Platform.XEN_HVM)
                .disks(List.of(Disk.builder(Disk.Kind.DISK, Slot.of(Bus.IDE, 0, 0))
                        .medium("h", "raw")
                        .boot(true)
                        .extras(List.of(new Extra("xapi", "other_config:path", "/dev/hostmark01")))
                        .build()))
                .nics(List.of(Nic.builder()
                        .network("xenbr0")
                        .extras(List.of(new Extra("xapi", "other_config:vif-script", "hostmark02")))
                        .build()))
                .consoles(List.of(
                        new Console(Console.Type.SERIAL, Console.Connection.DEVICE, Optional.of("/dev/hostmark03"))))
                .hostDevices(List.of(new HostDevice("pci", "0000:hostmark04")))
                .extras(List.of(
                        new Extra("xapi", "PV_kernel", "/boot/hostmark05"),
                        new Extra("xapi", "PV_ramdisk", "/boot/hostmark06"),
                        new Extra("xapi", "PCI_bus", "hostmark07"),
                        new Extra("xapi", "other_config:pci", "0/0000:hostmark08"),
                        new Extra("xapi", "platform:hvm_serial", "tcp:hostmark09:1"),
                        new Extra("xapi", "platform:device_model_args", "hostmark10"),
                        new Extra("xapi", "platform:device-model", "hostmark12"),
                        new Extra("xapi", "platform:vgpu_extra_args", "hostmark11")))
                .build();
        Set<String> marks = new TreeSet<>();
        for (int i = 1; i <= 12; i++) {
            marks.add("hostmark%02d".formatted(i));
        }
        return new Source("xapi", "xapi", machine, marks);
    }
}
