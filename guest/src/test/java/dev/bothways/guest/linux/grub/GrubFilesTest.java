package dev.bothways.guest.linux.grub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.guest.GuestException;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.MemoryFileSystem;
import dev.bothways.guest.TestVolumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GrubFilesTest {
    private static final List<String> NAMES = List.of(
            "boot.img", "diskboot.img", "kernel.img", "lzma_decompress.img", "moddep.lst", "ext2.mod", "fs.lst");

    @TempDir
    Path scratch;

    private final MemoryFileSystem root = new MemoryFileSystem("ext4", "5b9d4c0e-6f5a-4c8e-9a53-0f4f1f3a7c11");

    private GuestFiles guest() {
        return new GuestFiles(Map.of("/", TestVolumes.of("xvda", root)));
    }

    private void fillGuest() throws IOException {
        for (String name : NAMES) {
            root.with("/usr/lib/grub/i386-pc/" + name, name);
        }
    }

    @Test
    void takesTheGuestsOwnBeforeTheHosts() throws IOException {
        fillGuest();
        root.with("/usr/lib/grub/i386-pc/config.h", "no file that a boot needs");
        GrubFiles found = GrubFiles.find(Optional.empty(), guest());
        assertThat(found.origin()).isEqualTo("the guest's /usr/lib/grub/i386-pc");
        assertThat(found.modules()).containsExactly("ext2");
        assertThat(found.names()).containsExactlyInAnyOrderElementsOf(NAMES);
    }

    @Test
    void takesTheFolderAskedForBeforeAll() throws IOException {
        fillGuest();
        for (String name : NAMES) {
            Files.writeString(scratch.resolve(name), name);
        }
        assertThat(GrubFiles.find(Optional.of(scratch), guest()).origin()).isEqualTo(scratch.toString());
        Files.delete(scratch.resolve("kernel.img"));
        assertThatExceptionOfType(GuestException.class)
                .isThrownBy(() -> GrubFiles.find(Optional.of(scratch), guest()))
                .withMessageContaining("give the folder named i386-pc");
    }

    @Test
    void saysWhatTheMenusFolderLacks() throws IOException {
        fillGuest();
        root.with("/boot/grub/i386-pc/fs.lst", "fs.lst");
        root.with("/boot/grub/i386-pc/ext2.mod", "of another version");
        GrubFiles found = GrubFiles.find(Optional.empty(), guest());
        assertThat(found.bootFolder().keySet()).containsExactly("ext2.mod", "fs.lst", "moddep.lst");
        assertThat(found.missingIn(guest(), "/boot/grub/i386-pc").keySet()).containsExactly("ext2.mod", "moddep.lst");
    }

    @Test
    void refusesFilesThatAreNotGrubs() throws IOException {
        fillGuest();
        root.with("/usr/lib/grub/i386-pc/moddep.lst", "ext2:\n");
        GrubFiles found = GrubFiles.find(Optional.empty(), guest());
        assertThatExceptionOfType(GuestException.class)
                .isThrownBy(() -> GrubBiosImage.build(found, "(,msdos1)/boot/grub", List.of("ext2"), ""))
                .withMessageContaining("GRUB's kernel.img is no ELF program");
    }

    @Test
    void makesPrefixesOnlyOfWhatGrubTakesLiterally() {
        assertThat(GrubPrefix.searchedFor("5b9d-4c0e", "/boot/grub"))
                .isEqualTo("search.fs_uuid 5b9d-4c0e root\nset prefix=($root)/boot/grub\n");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> GrubPrefix.searchedFor("5b9d; halt", "/boot/grub"));
    }
}
