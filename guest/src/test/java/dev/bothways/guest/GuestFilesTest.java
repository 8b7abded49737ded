package dev.bothways.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.filesystem.VolumeException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GuestFilesTest {
    private final MemoryFileSystem root = new MemoryFileSystem("ext4", "root");
    private final MemoryFileSystem boot = new MemoryFileSystem("ext4", "boot");
    private final GuestFiles files =
            new GuestFiles(Map.of("/", TestVolumes.of("xvda2", root), "/boot", TestVolumes.of("xvda1", boot)));

    @Test
    void joinsWhatIsMountedBelowTheRoot() throws IOException {
        root.withDirectory("/boot").with("/etc/fstab", "x");
        boot.with("/vmlinuz", "kernel");

        assertThat(files.text("/boot/vmlinuz", 100)).hasValue("kernel");
        assertThat(files.list("/boot")).containsExactly("vmlinuz");
        assertThat(files.place("/boot/grub.cfg").volume().device()).isEqualTo("xvda1");
        assertThat(files.place("/boot/grub.cfg").path()).isEqualTo("/grub.cfg");
        assertThat(files.place("/bootless").volume().device()).isEqualTo("xvda2");
    }

    @Test
    void followsLinksAsTheGuestWould() throws IOException {
        root.with("/usr/lib/os-release", "ID=debian")
                .withLink("/etc/os-release", "../usr/lib/os-release")
                .withLink("/lib", "usr/lib")
                .withLink("/vmlinuz", "boot/vmlinuz")
                .withDirectory("/boot");
        boot.with("/vmlinuz-6", "kernel").withLink("/vmlinuz", "/boot/vmlinuz-6");

        assertThat(files.text("/etc/os-release", 100)).hasValue("ID=debian");
        assertThat(files.text("/lib/os-release", 100)).hasValue("ID=debian");
        assertThat(files.text("/vmlinuz", 100)).hasValue("kernel");
        assertThat(files.readLink("/etc/os-release")).hasValue("../usr/lib/os-release");
        assertThat(files.findLink("/vmlinuz").orElseThrow().isLink()).isTrue();
    }

    @Test
    void neverLeavesTheGuestsRoot() throws IOException {
        root.with("/etc/shadow", "the guest's").withLink("/etc/passwd", "../../../../../etc/shadow");

        assertThat(files.text("/etc/passwd", 100)).hasValue("the guest's");
        assertThat(files.text("/../../etc/shadow", 100)).hasValue("the guest's");
    }

    @Test
    void findsNothingWhereLinksGoRound() throws IOException {
        root.withLink("/a", "b").withLink("/b", "a").withLink("/self", "self/self/self");

        assertThat(files.find("/a")).isEmpty();
        assertThat(files.find("/self")).isEmpty();
        assertThat(files.find("/a/b/c")).isEmpty();
    }

    @Test
    void tellsWhereANewFileWouldGo() throws IOException {
        root.withDirectory("/usr/etc").withLink("/etc", "usr/etc");

        assertThat(files.place("/etc/new").path()).isEqualTo("/usr/etc/new");
        assertThatThrownBy(() -> files.place("/none/new")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void refusesAFileLargerThanAllowed() throws IOException {
        root.with("/etc/fstab", "0123456789");

        assertThatThrownBy(() -> files.readAll("/etc/fstab", 9)).isInstanceOf(VolumeException.class);
    }
}
