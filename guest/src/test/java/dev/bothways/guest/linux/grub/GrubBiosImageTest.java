package dev.bothways.guest.linux.grub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.guest.GuestException;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GrubBiosImageTest {
    @TempDir
    Path scratch;

    @Test
    void holdsTheVeryBytesThatGrubMkimagePutsIntoMemory() throws IOException {
        GrubFiles files = HostGrub.require();
        String prefix = "(,msdos1)/boot/grub";
        String early = "serial --unit=0\n";
        for (List<String> modules : List.of(List.of("biosdisk"), List.of("normal", "ext2"), GrubBiosImage.MODULES)) {
            byte[] ours = GrubBiosImage.build(files, prefix, modules, early).core();
            byte[] theirs = byMkimage(prefix, modules, early);
            int decompressor = files.content(GrubFiles.DECOMPRESSOR).length;
            assertThat(payload(ours, decompressor))
                    .as("payload with %s", modules)
                    .isEqualTo(payload(theirs, decompressor));
            // Behind the lengths, which differ as the compressors do, the decompressor is the same.
            int same = CoreImage.SECTOR + CoreImage.DECOMPRESSED_SIZE;
            assertThat(Arrays.copyOfRange(ours, same, CoreImage.SECTOR + decompressor))
                    .isEqualTo(Arrays.copyOfRange(theirs, same, CoreImage.SECTOR + decompressor));
            assertThat(ours.length).isLessThan(theirs.length + theirs.length / 10);
            assertThat(blocks(ours)).isEqualTo(Math.ceilDiv(ours.length - 512, 512));
            assertThat(blocks(theirs)).isEqualTo(Math.ceilDiv(theirs.length - 512, 512));
        }
    }

    private byte[] byMkimage(String prefix, List<String> modules, String early) throws IOException {
        Path output = scratch.resolve("core.img");
        Path configuration = Files.writeString(scratch.resolve("early.cfg"), early);
        List<Object> arguments =
                new ArrayList<>(List.of("-O", "i386-pc", "-o", output, "-c", configuration, "-p", prefix));
        arguments.addAll(modules);
        Oracle.require("grub-mkimage").run(arguments.toArray()).orFail();
        return Files.readAllBytes(output);
    }

    private static byte[] payload(byte[] core, int decompressor) throws IOException {
        int length = ByteBuffer.wrap(core)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(CoreImage.SECTOR + CoreImage.DECOMPRESSED_SIZE);
        return CoreImage.decompress(Arrays.copyOfRange(core, CoreImage.SECTOR + decompressor, core.length), length);
    }

    private static int blocks(byte[] core) {
        return ByteBuffer.wrap(core).order(ByteOrder.LITTLE_ENDIAN).getShort(CoreImage.BLOCK_LIST_COUNT);
    }

    @Test
    void isTheSameForTheSameInput() throws IOException {
        GrubFiles files = HostGrub.require();
        byte[] once = GrubBiosImage.build(files, "(,gpt2)/grub", GrubBiosImage.MODULES, "")
                .core();
        assertThat(GrubBiosImage.build(files, "(,gpt2)/grub", GrubBiosImage.MODULES, "")
                        .core())
                .isEqualTo(once);
    }

    @Test
    void refusesAModuleThatIsNotThere() throws IOException {
        GrubFiles files = HostGrub.require();
        assertThatExceptionOfType(GuestException.class)
                .isThrownBy(() -> GrubBiosImage.build(files, "(,msdos1)/boot/grub", List.of("warpdrive"), ""))
                .withMessage("this GRUB has no module warpdrive");
    }

    @Test
    void refusesMoreThanABiosHasRoomFor() throws IOException {
        GrubFiles files = HostGrub.require();
        assertThatExceptionOfType(GuestException.class)
                .isThrownBy(() -> GrubBiosImage.build(files, "(,msdos1)/boot/grub", files.modules(), ""))
                .withMessageContaining("take fewer modules");
    }

    @Test
    void loadsModulesAfterWhatTheyNeed() throws IOException {
        ModuleDependencies list = new ModuleDependencies("a: b c\nb: d\nc: d\nd:\nround: trip\ntrip: round\n");
        assertThat(list.closure(List.of("d", "a"))).containsExactly("d", "c", "b", "a");
        assertThat(list.closure(List.of("a"))).containsExactly("d", "c", "b", "a");
        assertThatExceptionOfType(GuestException.class)
                .isThrownBy(() -> list.closure(List.of("round")))
                .withMessageContaining("need each other");
    }
}
