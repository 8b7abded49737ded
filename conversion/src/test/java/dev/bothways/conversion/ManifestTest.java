package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

final class ManifestTest {
    @TempDir
    Path folder;

    @BeforeEach
    void resolve() throws IOException {
        folder = folder.toRealPath();
    }

    @Test
    void readsWhatItWrote() throws IOException {
        write(manifest().text());
        assertThat(Manifest.read(folder)).isEqualTo(manifest());
    }

    @Test
    void readsNoFolderThatIsNotThere() {
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Manifest.read(folder.resolve("absent")));
    }

    @Test
    void refusesAFolderWithoutAManifest() {
        refused(folder + " has no bothways.json, so it is no machine that bothways converted");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "[]",
                "null",
                "{}",
                "{\"schema\": 1}",
                "{\"schema\": \"one\"}",
                "{\"schema\": 1, \"disks\": [null]}",
                "[[[[[[[["
            })
    void refusesWhatIsNoManifest(String text) throws IOException {
        write(text);
        refusedBeginning(folder.resolve("bothways.json") + " is no manifest: ");
    }

    @Test
    void refusesAManifestWithALackingOrEmptyItem() throws IOException {
        for (String item : List.of("target", "disks", "files", "guestHash", "sha256", "machine")) {
            write(older().replace("\"" + item + "\"", "\"other\""));
            refusedBeginning(folder.resolve("bothways.json") + " is no manifest: ");
        }
        write(older().replace("\"disks/a.raw\"", "null"));
        refusedBeginning(folder.resolve("bothways.json") + " is no manifest: ");
    }

    @Test
    void refusesAManifestThatIsNoText() throws IOException {
        Files.write(folder.resolve("bothways.json"), new byte[] {'{', '"', (byte) 0xff, '"', '}'});
        refusedBeginning(folder.resolve("bothways.json") + " is no manifest: ");
    }

    @Test
    void refusesTheSchemaOfAnotherVersionWhateverElseItHolds() throws IOException {
        write("{\"schema\": 3, \"bothways\": \"9.0\", \"drives\": []}");
        refused(folder.resolve("bothways.json")
                + " has the schema 3, and this version reads 1 and 2; use the version of"
                + " bothways that wrote it (9.0)");
    }

    @Test
    void findsFilesInTheFolder() throws IOException {
        assertThat(Manifest.inFolder(folder, "disks/a.raw")).isEqualTo(folder.resolve("disks/a.raw"));
        assertThat(Manifest.inFolder(folder, "disks/../a.raw")).isEqualTo(folder.resolve("a.raw"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a.raw", "disks/../../a.raw", "/etc/hostname", "a\0b", ".."})
    void refusesNamesThatLeadOutOfTheFolder(String name) {
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> Manifest.inFolder(folder, name))
                .withMessage("the manifest names " + name + ", which is not in " + folder)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.SOURCE));
    }

    @Test
    void followsNoLinkOutOfTheFolder(@TempDir Path elsewhere) throws IOException {
        Path secret = Files.writeString(elsewhere.resolve("secret"), "secret");
        Files.createSymbolicLink(folder.resolve("a.raw"), secret);
        Files.createSymbolicLink(folder.resolve("disks"), elsewhere);
        for (String name : List.of("a.raw", "disks/secret")) {
            assertThatExceptionOfType(ConversionException.class)
                    .isThrownBy(() -> Manifest.inFolder(folder, name))
                    .withMessage(folder.resolve(name) + " is a link that leads out of the folder; it is not followed");
        }
    }

    @Test
    void verifiesNoFileThatAHostileManifestNamesElsewhere() throws IOException {
        write(older().replace("disks/a.raw", "../../a.raw"));
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> Verification.verify(folder))
                .withMessageContaining("the manifest names ../../a.raw");
    }

    /** Every byte of it, changed in one bit, in the bit of a letter's case, in all bits. */
    @Test
    void noChangedByteOfItPassesUnnoticed() throws IOException {
        byte[] content = manifest().text().getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < content.length; i++) {
            for (int bits : new int[] {0x01, 0x03, 0x20, 0x80, 0xff}) {
                byte[] changed = content.clone();
                changed[i] ^= (byte) bits;
                Files.write(folder.resolve("bothways.json"), changed);
                int at = i;
                assertThatExceptionOfType(ConversionException.class)
                        .as(() -> "byte " + at + " xor " + bits)
                        .isThrownBy(() -> Manifest.read(folder));
            }
        }
        Files.write(folder.resolve("bothways.json"), Arrays.copyOf(content, content.length - 1));
        assertThatExceptionOfType(ConversionException.class).isThrownBy(() -> Manifest.read(folder));
    }

    @Test
    void verificationTellsOfAChangedManifest() throws IOException {
        write(manifest().text().replace("web01.cfg", "web02.cfg"));
        Verification.Result result = Verification.verify(folder);
        assertThat(result.good()).isFalse();
        assertThat(result.failed())
                .containsExactly(folder.resolve("bothways.json")
                        + " was changed after the conversion (its checksum does not fit); convert the source again");
    }

    @Test
    void readsAnOlderOneWithoutAChecksumAndWarns() throws IOException {
        write(older());
        assertThat(Manifest.read(folder).warning())
                .hasValueSatisfying(warning -> assertThat(warning).contains("without a checksum"));
        assertThat(Verification.verify(folder).warnings()).hasSize(1);
        write(manifest().text());
        assertThat(Manifest.read(folder).warning()).isEmpty();
    }

    /** As the version before wrote it. */
    private static String older() {
        return manifest()
                .text()
                .replace("\"schema\" : 2", "\"schema\" : 1")
                .replaceFirst(",\\s*\"checksum\" : \"[^\"]*\"", "");
    }

    private static Manifest manifest() {
        return new Manifest(
                2,
                "0.1.0",
                "xen",
                "xen-pv",
                new Manifest.Source(
                        "web01.cfg",
                        "xl",
                        List.of(new Manifest.SourceDisk("xvda", "root.img", "raw", 512, "guest-sha256:00"))),
                JsonNodeFactory.instance.objectNode().put("name", "web01"),
                List.of(new Manifest.ManifestDisk("disks/a.raw", "raw", 512, "guest-sha256:00", 512, "00")),
                List.of(new Manifest.ManifestFile("web01.cfg", "11")),
                List.of(new Manifest.Change("console", "none", "pty", "as it is there")),
                List.of(new Manifest.FixupRecord(
                        "disk names",
                        "/etc/fstab",
                        "because",
                        List.of("one line"),
                        Optional.of("22"),
                        Optional.empty())),
                List.of(new Manifest.LostItem("floppy", "is left out")),
                false,
                List.of("look here"));
    }

    private void write(String text) throws IOException {
        Files.writeString(folder.resolve("bothways.json"), text);
    }

    private void refused(String message) {
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> Manifest.read(folder))
                .withMessage(message)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.SOURCE));
    }

    private void refusedBeginning(String message) {
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> Manifest.read(folder))
                .withMessageStartingWith(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.SOURCE));
    }
}
