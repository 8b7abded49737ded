package dev.bothways.machine.dialect.hyperv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.machine.DefinitionException;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** The container, on a file that Hyper-V wrote and on made ones. */
final class VmcxTest {
    private static final String SAMPLE = "dissect.hypervisor/descriptor/hyperv/test.vmcx";

    /** The size of the root's entry in a made file. */
    private static final int ENTRY_OF_ROOT = 21 + "configuration".length() + 1 + 12;

    private static final HypervNode TREE = node(
            "configuration",
            node("properties", value("name", new HypervValue.Text("web01 \u00e4\ud83d\ude00")), node("empty")),
            value("number", new HypervValue.Whole(-7)),
            value("half", new HypervValue.Real(0.5)),
            value("yes", new HypervValue.Truth(true)),
            value("data", new HypervValue.Bytes("00ff10")),
            value("Id", new HypervValue.Text("first")),
            value("Id", new HypervValue.Text("second")));

    @Test
    void readsTheTreeThatHypervWrote() throws IOException {
        HypervNode root = VmcxFile.read(sample(), "test.vmcx");
        assertThat(root.name()).isEqualTo("configuration");
        assertThat(root.children()).hasSize(27);
        assertThat(root.at("manifest").orElseThrow().children()).hasSize(39);
        assertThat(root.at("properties").orElseThrow().children()).hasSize(11);
        assertThat(root.at("settings").orElseThrow().children()).hasSize(6);
        assertThat(keys(root)).isEqualTo(409);
        assertThat(root.at("properties/version").flatMap(HypervNode::value)).contains(new HypervValue.Whole(0x900));
        assertThat(root.at("properties/type_id").flatMap(HypervNode::value))
                .contains(new HypervValue.Text("Virtual Machines"));
        assertThat(root.at("properties/creation_time").flatMap(HypervNode::value))
                .contains(new HypervValue.Bytes("a76e45669e97d701"));
    }

    @Test
    void readsTheStructuresThatHypervWrote() throws IOException {
        VmcxBytes in = new VmcxBytes(sample(), "test.vmcx");
        VmcxHeader header = VmcxHeader.read(in);
        assertThat(header).isEqualTo(new VmcxHeader(25, 0x400, 0xa000, 0x9000));
        assertThat(VmcxLog.read(in, header.logOffset(), header.logSize(), VmcxObjects.FIRST)
                        .entries())
                .isEmpty();
        assertThat(VmcxObjects.read(in).keyTables()).hasSize(8);
        assertThat(VmcxObjects.read(in).files()).isEmpty();
    }

    @Test
    void finishesAWritingThatWasCutOff() throws IOException {
        byte[] whole = MadeVmcx.of(TREE);
        byte[] torn = MadeVmcx.withLog(whole, MadeVmcx.FIRST_TABLE, 0x300, MadeVmcx.OBJECTS + 8, 18);
        Arrays.fill(torn, MadeVmcx.FIRST_TABLE, MadeVmcx.FIRST_TABLE + 0x300, (byte) 0xfd);
        Arrays.fill(torn, MadeVmcx.OBJECTS + 8, MadeVmcx.OBJECTS + 26, (byte) 0);
        assertThat(VmcxFile.read(torn, "torn.vmcx")).isEqualTo(TREE);
    }

    /** Hyper-V leaves the old entries in the log; counted again, the first puts back what stands there anyway. */
    @Test
    void finishesAWritingOfHypervs() throws IOException {
        byte[] sample = sample();
        HypervNode expected = VmcxFile.read(sample, "test.vmcx");
        ByteBuffer.wrap(sample).order(ByteOrder.LITTLE_ENDIAN).putInt(0xa000 + 8, 1);
        Arrays.fill(sample, 0x3000, 0x3752, (byte) 0);
        ByteBuffer.wrap(sample).order(ByteOrder.LITTLE_ENDIAN).putInt(0xa000 + 4, checksum(sample, 0xa000, 0x22));
        assertThat(VmcxFile.read(sample, "test.vmcx")).isEqualTo(expected);
    }

    @Test
    void readsTheOtherHeadWhereOneIsTorn() throws IOException {
        byte[] sample = sample();
        HypervNode expected = VmcxFile.read(sample, "test.vmcx");
        Arrays.fill(sample, 0, 0x2e, (byte) 0);
        assertThat(new HypervDialect().recognizes(sample)).isTrue();
        assertThat(VmcxFile.read(sample, "test.vmcx")).isEqualTo(expected);
    }

    @Test
    void readsWhateverATreeMayHold() throws IOException {
        assertThat(VmcxFile.read(MadeVmcx.of(TREE), "made.vmcx")).isEqualTo(TREE);
    }

    @Test
    void readsAllOfHypervsTreeFromAMadeFile() throws IOException {
        HypervNode root = VmcxFile.read(sample(), "test.vmcx");
        assertThat(VmcxFile.read(MadeVmcx.of(root), "made.vmcx")).isEqualTo(root);
    }

    @Test
    void readsLongValuesOutsideTheTables() throws IOException {
        HypervNode tree = node(
                "configuration",
                value("text", new HypervValue.Text("x".repeat(5000))),
                value("data", new HypervValue.Bytes("ab".repeat(4096))));
        assertThat(VmcxFile.read(MadeVmcx.of(tree), "made.vmcx")).isEqualTo(tree);
    }

    @Test
    void refusesAFileThatIsCutOff() {
        byte[] whole = MadeVmcx.of(TREE);
        refused(Arrays.copyOf(whole, 0x20), "has no head whose checksum is right");
        refused(Arrays.copyOf(whole, 0x1fff), "there should be a log");
        refused(Arrays.copyOf(whole, MadeVmcx.LOG), "there should be a log");
        refused(Arrays.copyOf(whole, MadeVmcx.FIRST_TABLE + 8), "an object lies beyond the file's end");
        refused(new byte[17 << 20], "is it a saved state (.vmrs)?");
    }

    @Test
    void refusesAnotherVersion() {
        refused(
                changed(in -> in.putInt(10, 0x500).putInt(VmcxHeader.SECOND + 10, 0x500)),
                "is of the format's version 0x500, and only 0x400 is known");
    }

    @Test
    void refusesChecksumsThatAreWrong() {
        int key = MadeVmcx.FIRST_TABLE + 10;
        for (int at : List.of(MadeVmcx.LOG + 5, MadeVmcx.OBJECTS + 9, MadeVmcx.FIRST_TABLE + 6, key + 12, key + 22)) {
            byte[] file = MadeVmcx.of(TREE);
            file[at] ^= 0x40;
            refused(file, "checksum");
        }
    }

    @Test
    void refusesALogThatReachesOutOfItsPlace() {
        byte[] whole = MadeVmcx.of(TREE);
        int entry = MadeVmcx.LOG + 0x22;
        byte[] dirty = MadeVmcx.withLog(whole, MadeVmcx.FIRST_TABLE, 64);
        for (long target : new long[] {0, 0x1000, MadeVmcx.LOG, MadeVmcx.LOG - 8, whole.length - 63, -1, 1L << 40}) {
            refused(changed(dirty, in -> in.putLong(entry, target)), "outside its place");
        }
        for (long source : new long[] {-1, MadeVmcx.LOG_SIZE - 63, Long.MAX_VALUE}) {
            refused(changed(dirty, in -> in.putLong(entry + 12, source)), "outside its place");
        }
        refused(changed(dirty, in -> in.putInt(entry + 24, 1)), "the data of an entry of the log");
        refused(changed(dirty, in -> in.putInt(MadeVmcx.LOG + 8, -1)), "has no room for its 4294967295 entries");
    }

    @Test
    void refusesTablesThatLieInOneAnother() {
        refused(
                changed(in -> {
                    for (int i = 1; i < 200; i++) {
                        MadeVmcx.object(in, i, 2, MadeVmcx.FIRST_TABLE, 0x1000);
                    }
                    in.putInt(MadeVmcx.OBJECTS + 4, 200);
                }),
                "tables of keys that lie in one another");
        refused(changed(in -> MadeVmcx.object(in, 1, 1, MadeVmcx.OBJECTS, 0x1000)), "is named twice");
        refused(changed(in -> in.putInt(MadeVmcx.OBJECTS + 4, -1)), "beyond the file's end");
    }

    @Test
    void refusesKeysThatBelongToEachOther() {
        int root = MadeVmcx.FIRST_TABLE + 10;
        int second = root + ENTRY_OF_ROOT;
        refused(
                changed(in -> in.putInt(second + 8, second - MadeVmcx.FIRST_TABLE)),
                "belong to no other, or to each other");
        refused(changed(in -> in.putInt(second + 8, 5)), "belong to no other, or to each other");
        refused(changed(in -> in.putShort(second + 6, (short) 9)), "belong to no other, or to each other");
        refused(changed(in -> in.putShort(second + 6, (short) 0)), "has 2 roots");
        refused(changed(in -> in.putShort(root + 6, (short) 1)), "has 0 roots");
    }

    @Test
    void refusesKeysThatNestWithoutEnd() {
        HypervNode deep = node("leaf");
        for (int i = 0; i < 70; i++) {
            deep = node("n", deep);
        }
        refused(MadeVmcx.of(deep), "more than 64 deep");
    }

    @Test
    void refusesKeysBeyondTheirTable() {
        int root = MadeVmcx.FIRST_TABLE + 10;
        refused(changed(in -> in.putInt(root + 2, 5)), "a key has 5 bytes");
        refused(changed(in -> in.putInt(root + 2, 0x7fff_ffff)), "a key has 2147483647 bytes");
        refused(changed(in -> in.put(root + 20, (byte) 0)), "a key's name does not end within it");
        refused(changed(in -> in.put(root + 20, (byte) 255)), "a key's name does not end within it");
        refused(changed(in -> in.putShort(root, (short) 2)), "unknown type 0x2");
        refused(changed(in -> in.putShort(root, (short) 0x209)), "unknown type 0x209");
    }

    @Test
    void refusesALongValueThatIsNoObject() {
        byte[] made = MadeVmcx.of(node("configuration", value("data", new HypervValue.Bytes("ab".repeat(4096)))));
        int key = MadeVmcx.FIRST_TABLE + 10 + ENTRY_OF_ROOT;
        int pointer = key + 21 + "data".length() + 1;
        refused(changed(made, in -> in.putInt(pointer, 4097)), "where no object for it is");
        refused(changed(made, in -> in.putLong(pointer + 4, 0)), "where no object for it is");
    }

    @Test
    void survivesDamagedFiles() throws IOException {
        Seed seed = Seed.of(2_016);
        Random random = seed.random();
        byte[] sample = sample();
        int read = 0;
        for (int round = 0; round < 4_000; round++) {
            byte[] file = sample.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                file[interesting(random)] = (byte) random.nextInt(256);
            }
            if (round % 7 == 0) {
                file = Arrays.copyOf(file, random.nextInt(file.length));
            }
            if (round % 3 != 0 && file.length > MadeVmcx.LOG) {
                file = MadeVmcx.repaired(file);
            }
            try {
                new HypervDialect().parse(file, "fuzz.vmcx");
                read++;
            } catch (DefinitionException e) {
                assertThat(e).as("%s", seed).hasMessageStartingWith("fuzz.vmcx").hasMessageNotContaining("\n\n");
            }
        }
        assertThat(read).as("%s", seed).isPositive();
    }

    /** A place in the heads, the log, the table of objects or a table of keys. */
    private static int interesting(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt(0x2e);
            case 1 -> 0x2000 + random.nextInt(200);
            case 2 -> 0xa000 + random.nextInt(0x40);
            default -> 0x3000 + random.nextInt(0x7000);
        };
    }

    private static byte[] sample() throws IOException {
        return Files.readAllBytes(Corpus.file(SAMPLE));
    }

    private static int keys(HypervNode node) {
        return 1 + node.children().stream().mapToInt(VmcxTest::keys).sum();
    }

    static HypervNode node(String name, HypervNode... children) {
        return new HypervNode(name, Optional.empty(), List.of(children), 0);
    }

    static HypervNode value(String name, HypervValue value) {
        return new HypervNode(name, Optional.of(value), List.of(), 0);
    }

    private static byte[] changed(Consumer<ByteBuffer> change) {
        return changed(MadeVmcx.of(TREE), change);
    }

    private static byte[] changed(byte[] file, Consumer<ByteBuffer> change) {
        byte[] out = file.clone();
        change.accept(ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN));
        return MadeVmcx.repaired(out);
    }

    private static int checksum(byte[] file, int at, int length) {
        byte[] range = Arrays.copyOfRange(file, at, at + length);
        Arrays.fill(range, 4, 8, (byte) 0);
        CRC32 checksum = new CRC32();
        checksum.update(range);
        return (int) checksum.getValue();
    }

    private static void refused(byte[] file, String why) {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> VmcxFile.read(file, "test.vmcx"))
                .withMessageContaining(why)
                .withMessageStartingWith("test.vmcx");
    }
}
