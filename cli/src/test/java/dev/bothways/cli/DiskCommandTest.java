package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.MadeVma;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands on disk images, on a disk of 8 MiB with data at 1 MiB. */
final class DiskCommandTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path scratch;

    private Path raw;

    @BeforeEach
    void makeDisk() throws IOException {
        raw = scratch.resolve("disk.raw");
        CommandRun.of("disk", "create", raw, "8M").orFail();
        write(raw, MIB, "data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "vhd", "vhdx"})
    void createsImagesOfZeros(String format) throws IOException {
        Path image = scratch.resolve("new." + format);
        CommandRun.of("disk", "create", image, "8M").orFail();
        JsonNode facts = json("disk", "info", "--json", image);
        assertThat(facts.path("format").asString()).isEqualTo(format);
        assertThat(facts.path("size").asLong()).isGreaterThanOrEqualTo(8 * MIB);
        JsonNode map = json("disk", "map", "--json", image);
        assertThat(map)
                .isNotEmpty()
                .allSatisfy(run -> assertThat(run.path("zero").asBoolean()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"vhd", "vhdx"})
    void convertsThereAndBack(String format) {
        Path image = scratch.resolve("disk." + format);
        Path back = scratch.resolve("back.raw");
        String hash =
                CommandRun.of("disk", "convert", "--hash", raw, image).orFail().out();
        assertThat(hash).startsWith("guest-sha256:");
        assertThat(CommandRun.of("disk", "check", image).orFail().out()).isEqualTo("no damage found\n");
        CommandRun.of("disk", "convert", image, back).orFail();
        assertThat(CommandRun.of("disk", "compare", raw, image).orFail().out()).contains("the images are identical");
        assertThat(CommandRun.of("disk", "compare", raw, back).orFail().exitCode())
                .isZero();
        Oracle.require("qemu-img").run("compare", raw, image).orFail();
    }

    @Test
    void theFormatAskedForGoesBeforeTheEnding() {
        Path image = scratch.resolve("disk.img");
        CommandRun.of("disk", "convert", "--format", "vhdx", "--fixed", raw, image)
                .orFail();
        assertThat(CommandRun.of("disk", "info", image).orFail().out())
                .containsPattern("format +vhdx, fixed")
                .containsPattern("size +8.0 MiB \\(8388608 bytes\\)");
        assertThat(CommandRun.of("disk", "info", "--from-format", "raw", image)
                        .orFail()
                        .out())
                .containsPattern("format +raw");
    }

    @Test
    void comparesWhatTheGuestSees() throws IOException {
        Path other = scratch.resolve("other.raw");
        CommandRun.of("disk", "convert", raw, other).orFail();
        write(other, 2 * MIB, "more");
        CommandRun differ = CommandRun.of("disk", "compare", raw, other);
        assertThat(differ.exitCode()).isEqualTo(6);
        assertThat(differ.out()).isEqualTo("they differ at byte 2097152\n");
        CommandRun json = CommandRun.of("disk", "compare", "--json", raw, other);
        assertThat(json.exitCode()).isEqualTo(6);
        assertThat(JsonMapper.shared()
                        .readTree(json.out())
                        .path("firstDifference")
                        .asLong())
                .isEqualTo(2 * MIB);
    }

    @Test
    void zerosBeyondTheShorterDiskCountOnlyWhenComparedStrictly() throws IOException {
        Path longer = scratch.resolve("longer.raw");
        CommandRun.of("disk", "create", longer, "9M").orFail();
        write(longer, MIB, "data");
        CommandRun usual = CommandRun.of("disk", "compare", raw, longer);
        assertThat(usual.exitCode()).isZero();
        assertThat(usual.out()).contains("the sizes differ: 8388608 and 9437184 bytes");
        assertThat(CommandRun.of("disk", "compare", "--strict", raw, longer).exitCode())
                .isEqualTo(6);
    }

    @Test
    void mapsWholeDisksWithoutGaps() {
        Path image = scratch.resolve("disk.vhdx");
        CommandRun.of("disk", "convert", raw, image).orFail();
        JsonNode runs = json("disk", "map", "--json", image);
        long next = 0;
        boolean data = false;
        for (JsonNode run : runs) {
            assertThat(run.path("start").asLong()).isEqualTo(next);
            next += run.path("length").asLong();
            boolean holds = run.path("start").asLong() <= MIB && MIB < next;
            data |= holds && run.path("data").asBoolean();
        }
        assertThat(next).isEqualTo(8 * MIB);
        assertThat(data).as("the run at 1 MiB is data").isTrue();
        assertThat(CommandRun.of("disk", "map", image).orFail().out()).contains("zeros", "data at ");
    }

    @Test
    void joinsSeveralImages() throws IOException {
        Path second = scratch.resolve("second.raw");
        CommandRun.of("disk", "create", second, "2M").orFail();
        write(second, 512, "more");
        Path joined = scratch.resolve("joined.vhdx");
        CommandRun.of("disk", "convert", "--rate", "100M", raw, second, joined).orFail();
        Path expected = scratch.resolve("expected.raw");
        CommandRun.of("disk", "create", expected, "10M").orFail();
        write(expected, MIB, "data");
        write(expected, 8 * MIB + 512, "more");
        CommandRun.of("disk", "compare", "--strict", expected, joined).orFail();
    }

    @Test
    void saysWhatAFormatCannotDo() {
        CommandRun setting = CommandRun.of("disk", "convert", "-o", "lunch=on", raw, scratch.resolve("a.vhdx"));
        assertThat(setting.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(setting.err()).contains("the format has no setting 'lunch'");
        CommandRun size = CommandRun.of("disk", "create", scratch.resolve("a.raw"));
        assertThat(size.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(size.err()).contains("say the SIZE");
    }

    @Test
    void takesDisksInABackupByTheirPaths() throws IOException {
        Path backup = scratch.resolve("web01.vma");
        new MadeVma(Seed.of(3).random())
                .configuration("qemu-server.conf", "name: web01\n")
                .disk("drive-scsi0", Files.readAllBytes(raw))
                .write(backup);
        Path disk = backup.resolve("drive-scsi0");
        JsonNode facts = json("disk", "info", "--json", backup);
        assertThat(facts.path("archive").asString()).isEqualTo("VMA");
        assertThat(facts.path("details").path("uuid").asString()).isEqualTo(MadeVma.ID.toString());
        assertThat(facts.path("disks")).hasSize(1);
        assertThat(facts.path("disks").get(0).path("image").asString()).isEqualTo(disk.toString());
        assertThat(facts.path("disks").get(0).path("size").asLong()).isEqualTo(8 * MIB);
        assertThat(CommandRun.of("disk", "info", backup).orFail().out())
                .containsPattern("archive +VMA")
                .containsPattern("machine +web01")
                .containsPattern(disk + " +raw +8.0 MiB \\(8388608 bytes\\)");
        CommandRun.of("disk", "compare", raw, disk).orFail();
        assertThat(CommandRun.of("disk", "check", disk).exitCode()).isEqualTo(ExitCode.NOT_CHECKED);
        Path copy = scratch.resolve("copy.vhdx");
        CommandRun.of("disk", "convert", disk, copy).orFail();
        CommandRun.of("disk", "compare", "--strict", raw, copy).orFail();
        CommandRun over = CommandRun.of("disk", "convert", "--force", "-O", "raw", disk, backup);
        assertThat(over.exitCode()).isEqualTo(ExitCode.OUTPUT);
        assertThat(over.err()).contains("is the image that is being read");
    }

    @Test
    void saysWhyAnArchivesDiskCannotBeOpened() throws IOException {
        Path tree = Files.createDirectory(scratch.resolve("tree"));
        Files.writeString(tree.resolve("a.vmdk"), "KDMV");
        Path archive = scratch.resolve("a.tar");
        Oracle.require("tar")
                .run("--format=ustar", "-cf", archive, "-C", tree, "a.vmdk")
                .orFail();
        JsonNode disk = json("disk", "info", "--json", archive).path("disks").get(0);
        assertThat(disk.path("note").asString()).isNotEmpty();
        assertThat(disk.has("size")).isFalse();
        assertThat(CommandRun.of("disk", "info", archive.resolve("a.vmdk")).exitCode())
                .isEqualTo(ExitCode.SOURCE);
    }

    @Test
    void aFormatWithoutAStructureIsNotCalledUndamaged() throws IOException {
        CommandRun run = CommandRun.of("disk", "check", raw);
        assertThat(run.exitCode()).isEqualTo(63);
        assertThat(run.out())
                .startsWith("not checked: a raw image has no structure")
                .doesNotContain("no damage");
        CommandRun json = CommandRun.of("disk", "check", "--json", raw);
        assertThat(json.exitCode()).isEqualTo(63);
        assertThat(JsonMapper.shared().readTree(json.out()).path("checked").asBoolean(true))
                .isFalse();
        int theirs = Oracle.require("qemu-img").run("check", "-f", "raw", raw).exitCode();
        assertThat(theirs).isEqualTo(63);
        Path odd = Files.write(scratch.resolve("odd.raw"), new byte[1000]);
        assertThat(CommandRun.of("disk", "check", odd).out()).contains("the last sector has only 488");
    }

    @Test
    void findsDamage() throws IOException {
        Path image = scratch.resolve("disk.vhd");
        CommandRun.of("disk", "convert", raw, image).orFail();
        // The table of a dynamic VHD follows its two headers; its first entry then leads out of the file.
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {0x7f, 0, 0, 0}), 1536);
        }
        CommandRun run = CommandRun.of("disk", "check", image);
        assertThat(run.exitCode()).as(run.out() + run.err()).isIn(ExitCode.VERIFICATION, ExitCode.SOURCE);
        assertThat(run.out() + run.err()).doesNotContain("no damage found");
    }

    private static JsonNode json(Object... arguments) {
        return JsonMapper.shared().readTree(CommandRun.of(arguments).orFail().out());
    }

    private static void write(Path file, long at, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)), at);
        }
        assertThat(Files.size(file)).isGreaterThan(at);
    }
}
