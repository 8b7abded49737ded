package dev.bothways.guest.linux.bootloader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.guest.BootEntry;
import dev.bothways.guest.BootLoader.PygrubMenu;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.MemoryFileSystem;
import dev.bothways.guest.TestVolumes;
import dev.bothways.guest.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The expected answers are those of Xen 4.17's own parser on the same text. */
final class PygrubTest {
    private static final String ENTRY = """
            menuentry 'one' --class x {
              set root='hd0,msdos1'
              linux /boot/vmlinuz root=/dev/xvda1 ro
              initrd /boot/initrd.img
            }
            """;

    @Test
    void runsBothSidesOfEveryIf() throws IOException {
        PygrubMenu menu = read("""
                if [ "${next_entry}" ] ; then
                   set default="${next_entry}"
                else
                   set default="1"
                fi
                """ + ENTRY + ENTRY.replace("one", "two")).orElseThrow();

        assertThat(menu.entries()).extracting(BootEntry::title).containsExactly("one", "two");
        assertThat(menu.chosen()).map(BootEntry::title).hasValue("two");
        assertThat(menu.entries().getFirst().initramfs()).containsExactly("/boot/initrd.img");
        assertThat(menu.entries().getFirst().device()).hasValue("hd0,msdos1");
    }

    @Test
    void flattensSubmenusAndForgetsNamedDefaults() throws IOException {
        PygrubMenu menu = read("set default=\"one>two\"\nsubmenu 'more' {\n" + ENTRY.replace("one", "two") + "}\n"
                        + ENTRY)
                .orElseThrow();

        assertThat(menu.chosen()).map(BootEntry::title).hasValue("two");
    }

    @Test
    void doesNotKnowLinuxefi() throws IOException {
        assertThat(read(ENTRY.replace("linux ", "linuxefi "))).isEmpty();
    }

    @Test
    void doesNotKnowAMenuentryWithoutWordsBeforeItsBrace() throws IOException {
        // The brace closes nothing that it has seen opened.
        assertThat(read("menuentry 'one' {\nlinux /vmlinuz\n}\n").flatMap(PygrubMenu::chosen))
                .map(BootEntry::title)
                .hasValue("one");
        assertThat(read("menuentry \"one\"{\nlinux /vmlinuz\n}\n")).isEmpty();
    }

    @Test
    void breaksOnAssignmentsWithTwoEqualsSigns() throws IOException {
        assertThat(read("set options=\"a=b\"\n" + ENTRY)).isEmpty();
    }

    @Test
    void breaksOnARootThatIsNoNumberedDisk() throws IOException {
        assertThat(read(ENTRY.replace("hd0,msdos1", "lvmid/a/b"))).isEmpty();
        assertThat(read(ENTRY.replace("hd0,msdos1", "hd0,msdos1,bsd1"))).isEmpty();
        assertThat(read(ENTRY.replace("hd0,msdos1", "(/dev/xvda,0)"))).isPresent();
    }

    @Test
    void findsNothingWhereTheKernelIsNotThere() throws IOException {
        assertThat(read(ENTRY.replace("/boot/vmlinuz", "/boot/none"))).isEmpty();
    }

    @Test
    void takesALineOfSeveralInitramfsAsOneName() throws IOException {
        PygrubMenu menu = read(ENTRY.replace("/boot/initrd.img", "/boot/early /boot/initrd.img"))
                .orElseThrow();

        assertThat(menu.entries().getFirst().initramfs()).containsExactly("/boot/early /boot/initrd.img");
    }

    @Test
    void goesOnToTheNextPartition() throws IOException {
        MemoryFileSystem empty = new MemoryFileSystem("ext4", "a").with("/grub/grub.cfg", "set default=0\n");
        MemoryFileSystem second = new MemoryFileSystem("ext4", "b")
                .with("/boot/grub/grub.cfg", ENTRY)
                .with("/boot/vmlinuz", "kernel");
        Volume first = TestVolumes.of("xvda1", empty);
        Volume next = TestVolumes.of("xvda2", second);

        Optional<PygrubMenu> menu = Pygrub.read(new GuestFiles(Map.of("/", next)), List.of(first, next));

        assertThat(menu.flatMap(PygrubMenu::chosen)).flatMap(BootEntry::kernel).hasValue("/boot/vmlinuz");
    }

    private static Optional<PygrubMenu> read(String configuration) throws IOException {
        MemoryFileSystem root = new MemoryFileSystem("ext4", "root")
                .with("/boot/grub/grub.cfg", configuration)
                .with("/boot/vmlinuz", "kernel")
                .with("/vmlinuz", "kernel");
        Volume volume = TestVolumes.of("xvda1", root);
        return Pygrub.read(new GuestFiles(Map.of("/", volume)), List.of(volume));
    }
}
