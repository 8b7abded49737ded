package dev.bothways.conversion.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.ConversionException;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Platform;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.MadeExp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HypervExportTest {
    private static final String ID = "282874FC-59D6-4F30-BC04-5FDD909C82E0";

    @TempDir
    Path scratch;

    @Test
    void readsAnExportWithHypervsOwnDefinition() throws IOException {
        file("Virtual Hard Disks/Other Location.vhdx");
        Path definition = scratch.resolve("Virtual Machines").resolve(ID + ".vmcx");
        Files.createDirectories(definition.getParent());
        Files.copy(Corpus.file("dissect.hypervisor/descriptor/hyperv/test.vmcx"), definition);
        SourceMachine machine = HypervExport.in(scratch).orElseThrow().read(SourceOptions.usual());
        assertThat(machine.dialect()).isEqualTo("hyperv");
        assertThat(machine.definition()).isEqualTo(definition);
        assertThat(machine.machine().name()).isEqualTo("Other Location");
        assertThat(machine.machine().platform()).isEqualTo(Platform.HYPERV_GEN1);
        assertThat(machine.folder()).isEqualTo(scratch.toRealPath());
        assertThat(machine.disks()).hasSize(1);
        assertThat(machine.disks().getFirst().file())
                .isEqualTo(scratch.toRealPath().resolve("Virtual Hard Disks/Other Location.vhdx"));
        assertThat(machine.disks().getFirst().disk())
                .isEqualTo(machine.machine().disks().getFirst());
        assertThat(machine.warnings()).isEmpty();
    }

    @Test
    void findsImagesWhateverTheCaseOfTheirNames() throws IOException {
        Path image = file("virtual hard disks/WEB01.VHDX");
        definition("virtual machines/" + ID + ".XML", "web01", "C:\\VMs\\web01.vhdx");
        SourceMachine machine = HypervExport.in(scratch).orElseThrow().read(SourceOptions.usual());
        assertThat(machine.disks().getFirst().file()).isEqualTo(image.toRealPath());
        assertThat(machine.machine().disks().getFirst().medium().orElseThrow().path())
                .isEqualTo("C:\\VMs\\web01.vhdx");
    }

    @Test
    void findsTheExportAroundADefinition() throws IOException {
        Path image = file("Virtual Hard Disks/b.vhdx");
        definition("Virtual Machines/A.xml", "a", "C:\\a.vhdx");
        Path second = definition("Virtual Machines/B.xml", "b", "C:\\b.vhdx");
        SourceMachine machine = HypervExport.around(second).orElseThrow().read(SourceOptions.usual());
        assertThat(machine.machine().name()).isEqualTo("b");
        assertThat(machine.disks().getFirst().file()).isEqualTo(image.toRealPath());
        assertThat(HypervExport.around(scratch.resolve("c.xml"))).isEmpty();
        assertThat(HypervExport.in(scratch.resolve("Virtual Machines"))).isEmpty();
    }

    @Test
    void choosesOneOfSeveralMachines() throws IOException {
        file("Virtual Hard Disks/a.vhdx");
        file("Virtual Hard Disks/b.vhdx");
        definition("Virtual Machines/A.xml", "a", "C:\\a.vhdx");
        Path second = definition("Virtual Machines/B.xml", "b", "C:\\b.vhdx");
        HypervExport export = HypervExport.in(scratch).orElseThrow();
        assertThat(export.read(options("b", null)).definition()).isEqualTo(second);
        refused("defines 2 machines; choose one with --machine: a, b");
    }

    @Test
    void offersCheckpointsAsSnapshots() throws IOException {
        Path base = file("Virtual Hard Disks/a.vhdx");
        file("Virtual Hard Disks/a_1.avhdx");
        definition("Virtual Machines/A.xml", "a", "C:\\a_1.avhdx");
        definition("Snapshots/C.xml", "before the update", "C:\\a.vhdx");
        HypervExport export = HypervExport.in(scratch).orElseThrow();
        assertThat(export.read(SourceOptions.usual()).lost())
                .extracting(Lost::item)
                .containsExactly("snapshot before the update");
        SourceMachine before = export.read(options(null, "before the update"));
        assertThat(before.disks().getFirst().file()).isEqualTo(base.toRealPath());
        assertThat(before.disks().getFirst().snapshot()).isEmpty();
    }

    @Test
    void offersOlderCheckpointsFirst() throws IOException {
        file("Virtual Hard Disks/a.vhdx");
        definition("Virtual Machines/A.xml", "a", "C:\\a.vhdx");
        Path later = definition("Snapshots/B.xml", "later", "C:\\a.vhdx");
        Path sooner = definition("Snapshots/C.xml", "sooner", "C:\\a.vhdx");
        made(later, "AAAAAAAAAAI=");
        made(sooner, "/////////wE=");
        assertThat(HypervExport.in(scratch)
                        .orElseThrow()
                        .read(SourceOptions.usual())
                        .lost())
                .extracting(Lost::item)
                .containsExactly("snapshot sooner", "snapshot later");
    }

    private static void made(Path definition, String time) throws IOException {
        String text = Files.readString(definition);
        Files.writeString(
                definition,
                text.replace("<properties>", "<properties><creation_time type=\"bytes\">" + time + "</creation_time>"));
    }

    @Test
    void tellsImagesOfOneNameApartByTheirFolders() throws IOException {
        file("one/disk.vhdx");
        Path second = file("two/disk.vhdx");
        definition("Virtual Machines/A.xml", "a", "D:\\VMs\\Two\\disk.vhdx");
        assertThat(HypervExport.in(scratch)
                        .orElseThrow()
                        .read(SourceOptions.usual())
                        .disks()
                        .getFirst()
                        .file())
                .isEqualTo(second.toRealPath());
        definition("Virtual Machines/A.xml", "a", "D:\\disk.vhdx");
        refused("the disk hda may be ");
    }

    @Test
    void warnsOfASavedState() throws IOException {
        file("Virtual Hard Disks/a.vhdx");
        file("Virtual Machines/A/A.vsv");
        definition("Virtual Machines/A.xml", "a", "C:\\a.vhdx");
        assertThat(HypervExport.in(scratch)
                        .orElseThrow()
                        .read(SourceOptions.usual())
                        .warnings())
                .anyMatch(text -> text.contains("the export holds a saved state (A.vsv)"));
    }

    @Test
    void refusesImagesThatLeadOutOfTheExport() throws IOException {
        Path outside = Files.createTempFile("bothways", ".vhdx");
        try {
            Path link = scratch.resolve("Virtual Hard Disks/a.vhdx");
            Files.createDirectories(link.getParent());
            Files.createSymbolicLink(link, outside);
            definition("Virtual Machines/A.xml", "a", "C:\\a.vhdx");
            refused("which lies outside");
            definition("Virtual Machines/A.xml", "a", outside.toString());
            refused("lies outside");
        } finally {
            Files.delete(outside);
        }
    }

    @Test
    void readsAnExportOfWindowsServer2008() throws IOException {
        Path image = file("Virtual Hard Disks/a_1.avhd");
        Path base = file("Virtual Hard Disks/a.vhd");
        Path definition = file("Virtual Machines/" + MadeExp.MACHINE + ".exp");
        Files.write(definition, MadeExp.small("a", "C:\\VMs\\a_1.avhd").bytes());
        Files.write(
                file("Snapshots/" + ID + ".exp"),
                new MadeExp()
                        .snapshot(ID, "before the update", "C:\\VMs\\a.vhd")
                        .bytes());
        Files.writeString(file("config.xml"), "<configuration/>");
        SourceMachine machine = SourceMachines.find(scratch, SourceOptions.usual());
        assertThat(machine.definition()).isEqualTo(definition);
        assertThat(machine.dialect()).isEqualTo("hyperv");
        assertThat(machine.machine().name()).isEqualTo("a");
        assertThat(machine.disks().getFirst().file()).isEqualTo(image.toRealPath());
        assertThat(machine.lost()).extracting(Lost::item).containsExactly("snapshot before the update");
        assertThat(SourceMachines.find(definition, SourceOptions.usual()).machine())
                .isEqualTo(machine.machine());
        SourceMachine before = SourceMachines.find(scratch, options(null, "before the update"));
        assertThat(before.machine().name()).isEqualTo("before the update");
        assertThat(before.disks().getFirst().file()).isEqualTo(base.toRealPath());
        Files.delete(image);
        refused("the disk hda is C:\\VMs\\a_1.avhd, and there is no such file");
    }

    @Test
    void offersASnapshotThatTheDefinitionAndAFileHoldOnce() throws IOException {
        file("Virtual Hard Disks/a.vhd");
        MadeExp both = MadeExp.small("a", "C:\\a.vhd")
                .snapshot(ID, "one", "C:\\a.vhd")
                .snapshot(ID.replace('2', '3'), "other", "C:\\a.vhd");
        Files.write(file("Virtual Machines/A.exp"), both.bytes());
        Files.write(
                file("Snapshots/" + ID + ".exp"),
                new MadeExp().snapshot(ID, "one", "C:\\a.vhd").bytes());
        assertThat(SourceMachines.find(scratch, SourceOptions.usual()).lost())
                .extracting(Lost::item)
                .containsExactly("snapshot one", "snapshot other");
    }

    @Test
    void prefersTheDefinitionThatAnImportMadeOfAnExport() throws IOException {
        file("Virtual Hard Disks/a.vhdx");
        Files.write(
                file("Virtual Machines/A.exp"),
                MadeExp.small("stale", "C:\\a.vhdx").bytes());
        Path made = definition("Virtual Machines/a.xml", "a", "C:\\a.vhdx");
        assertThat(SourceMachines.find(scratch, SourceOptions.usual()).definition())
                .isEqualTo(made);
    }

    @Test
    void refusesWhatIsMissingByItsName() throws IOException {
        Files.createDirectories(scratch.resolve("Virtual Machines"));
        refused("without a definition in Virtual Machines");
        definition("Virtual Machines/A.xml", "a", "C:\\a.vhdx");
        refused("the disk hda is C:\\a.vhdx, and there is no such file");
    }

    private void refused(String why) {
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> HypervExport.in(scratch).orElseThrow().read(SourceOptions.usual()))
                .withMessageContaining(why);
    }

    private static SourceOptions options(@Nullable String machine, @Nullable String snapshot) {
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

    private Path file(String name) throws IOException {
        Path file = scratch.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "x");
    }

    private Path definition(String name, String machine, String image) throws IOException {
        return Files.writeString(file(name), """
                <configuration>
                  <_83f8638b-8dca-4152-9eda-2ca8b33039b4_><controller0><drive0>
                    <pathname type="string">%s</pathname><type type="string">VHD</type>
                  </drive0></controller0></_83f8638b-8dca-4152-9eda-2ca8b33039b4_>
                  <properties><name type="string">%s</name></properties>
                  <settings><memory><bank><size type="integer">512</size></bank></memory></settings>
                </configuration>
                """.formatted(image, machine));
    }
}
