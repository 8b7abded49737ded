package dev.bothways.conversion.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Snapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ChosenMachineTest {
    private static final Path SOURCE = Path.of("vm.def");
    private static final UUID FIRST = new UUID(1, 1);
    private static final UUID SECOND = new UUID(2, 2);

    @Test
    void takesTheOnlyMachineInItsPresentState() throws ConversionException {
        ChosenMachine chosen = choose(List.of(withSnapshots()), options(null, null));
        assertThat(chosen.machine().disks().getFirst().medium().orElseThrow().path())
                .isEqualTo("now.vmdk");
        assertThat(chosen.lost())
                .extracting(Lost::item)
                .containsExactly("snapshot before", "snapshot twin", "snapshot twin");
    }

    @Test
    void asksWhichOfSeveralMachinesIsMeant() {
        List<Parsed> several = List.of(parsed("web", FIRST), parsed("db", SECOND));
        refused(several, options(null, null), "vm.def defines 2 machines; choose one with --machine: web, db");
        refused(several, options("mail", null), "vm.def defines no machine mail; it defines web, db");
        refused(
                List.of(parsed("web", FIRST), parsed("web", SECOND)),
                options("web", null),
                "vm.def defines 2 machines web; choose by the UUID: " + FIRST + ", " + SECOND);
    }

    @Test
    void choosesByNameOrUuid() throws ConversionException {
        List<Parsed> several = List.of(parsed("web", FIRST), parsed("db", SECOND));
        assertThat(choose(several, options("db", null)).machine().name()).isEqualTo("db");
        assertThat(choose(several, options(FIRST.toString(), null)).machine().name())
                .isEqualTo("web");
    }

    @Test
    void takesAnEarlierStateByNameOrId() throws ConversionException {
        for (String wanted : List.of("before", "1")) {
            ChosenMachine chosen = choose(List.of(withSnapshots()), options(null, wanted));
            assertThat(chosen.machine()
                            .disks()
                            .getFirst()
                            .medium()
                            .orElseThrow()
                            .path())
                    .isEqualTo("then.vmdk");
            assertThat(chosen.lost())
                    .extracting(Lost::item)
                    .containsExactly("snapshot twin", "snapshot twin", "the present state");
        }
    }

    @Test
    void namesTheSnapshotsThereAre() {
        refused(
                List.of(withSnapshots()),
                options(null, "after"),
                "vm.def keeps no snapshot after; it keeps before, twin, twin");
        refused(
                List.of(withSnapshots()),
                options(null, "twin"),
                "vm.def keeps 2 snapshots named twin; name one by its id: 2, 3");
    }

    @Test
    void opensAnImageAtTheStateItKeepsInside() throws ConversionException {
        ChosenMachine inside = choose(List.of(withSnapshots()), options(null, "2"));
        SourceDisk disk = new SourceDisk(inside.machine().disks().getFirst(), Path.of("now.vmdk"));
        assertThat(inside.stateOf(List.of(disk)).getFirst().snapshot()).contains("twin");
        ChosenMachine beside = choose(List.of(withSnapshots()), options(null, "1"));
        disk = new SourceDisk(beside.machine().disks().getFirst(), Path.of("then.vmdk"));
        assertThat(beside.stateOf(List.of(disk)).getFirst().snapshot()).isEmpty();
    }

    @Test
    void leavesASnapshotThatTheDefinitionDoesNotKnowToTheImages() throws ConversionException {
        ChosenMachine chosen = choose(List.of(parsed("web", FIRST)), options(null, "s"));
        SourceDisk disk = new SourceDisk(chosen.machine().disks().getFirst(), Path.of("now.vmdk"));
        assertThat(chosen.stateOf(List.of(disk)).getFirst().snapshot()).contains("s");
    }

    private static ChosenMachine choose(List<Parsed> machines, SourceOptions options) throws ConversionException {
        return ChosenMachine.of(SOURCE, machines, options);
    }

    private static Parsed withSnapshots() {
        Parsed now = parsed("web", FIRST);
        return new Parsed(
                now.machine(),
                List.of(
                        new Snapshot("1", "before", machine("web", FIRST, "then.vmdk")),
                        new Snapshot("2", "twin", now.machine()),
                        new Snapshot("3", "twin", machine("web", FIRST, "third.vmdk"))),
                List.of());
    }

    private static Parsed parsed(String name, UUID uuid) {
        return new Parsed(machine(name, uuid, "now.vmdk"), List.of());
    }

    private static Machine machine(String name, UUID uuid, String image) {
        Disk disk = Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 0, 0))
                .medium(image, "")
                .build();
        return Machine.builder(name, Platform.VMWARE)
                .uuid(uuid)
                .disks(List.of(disk))
                .build();
    }

    private static SourceOptions options(
            @org.jspecify.annotations.Nullable String machine, @org.jspecify.annotations.Nullable String snapshot) {
        return new SourceOptions(
                List.of(),
                Optional.empty(),
                Optional.ofNullable(machine),
                Optional.ofNullable(snapshot),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static void refused(List<Parsed> machines, SourceOptions options, String message) {
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> choose(machines, options))
                .withMessage(message)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.USAGE));
    }
}
