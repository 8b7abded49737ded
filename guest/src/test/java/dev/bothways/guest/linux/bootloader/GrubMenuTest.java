package dev.bothways.guest.linux.bootloader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.guest.BootEntry;
import dev.bothways.guest.BootLoader;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.MemoryFileSystem;
import dev.bothways.guest.TestVolumes;
import dev.bothways.guest.Volume;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class GrubMenuTest {
    private static final String HEADER = """
            if [ -s $prefix/grubenv ]; then
              set have_grubenv=true
              load_env
            fi
            if [ "${next_entry}" ] ; then
               set default="${next_entry}"
               set next_entry=
               save_env next_entry
               set boot_once=true
            else
               set default="%s"
            fi
            if [ x"${feature_menuentry_id}" = xy ]; then
              menuentry_id_option="--id"
            else
              menuentry_id_option=""
            fi
            export menuentry_id_option
            function savedefault {
              if [ -z "${boot_once}" ]; then
                saved_entry="${chosen}"
                save_env saved_entry
              fi
            }
            function gfxmode {
              set gfxpayload="${1}"
            }
            if loadfont unicode ; then
              set gfxmode=auto
            fi
            terminal_output console
            """;

    private static final String MENU = """
            menuentry 'Debian GNU/Linux' --class debian --class gnu-linux $menuentry_id_option 'gnulinux-simple-U' {
            \tinsmod part_msdos
            \tset root='hd0,msdos1'
            \tif [ x$feature_platform_search_hint = xy ]; then
            \t  search --no-floppy --fs-uuid --set=root --hint-bios=hd0,msdos1 root-uuid
            \telse
            \t  search --no-floppy --fs-uuid --set=root root-uuid
            \tfi
            \techo\t'Loading Linux 6.1 ...'
            \tlinux\t/boot/vmlinuz-6.1 root=UUID=root-uuid ro  quiet console=hvc0
            \tinitrd\t/boot/early.cpio /boot/initrd.img-6.1
            }
            submenu 'Advanced options for Debian GNU/Linux' $menuentry_id_option 'gnulinux-advanced-U' {
            \tmenuentry 'Debian GNU/Linux, with Linux 6.1' --class debian $menuentry_id_option 'gnulinux-6.1-advanced-U' {
            \t\tlinux\t/boot/vmlinuz-6.1 root=UUID=root-uuid ro
            \t\tinitrd\t/boot/initrd.img-6.1
            \t}
            \tmenuentry 'Debian GNU/Linux, with Linux 5.10' --class debian $menuentry_id_option 'gnulinux-5.10-advanced-U' {
            \t\tlinux\t/boot/vmlinuz-5.10 root=UUID=root-uuid ro
            \t\tinitrd\t/boot/initrd.img-5.10
            \t}
            }
            """;

    private final MemoryFileSystem root = new MemoryFileSystem("ext4", "root-uuid");

    @Test
    void readsAMenuAsGrubMkconfigWritesIt() throws IOException {
        BootLoader loader = load(HEADER.formatted("0") + MENU);

        assertThat(loader.kind()).isEqualTo(BootLoader.Kind.GRUB_2);
        assertThat(loader.installed()).isEmpty();
        assertThat(loader.entries())
                .extracting(BootEntry::title)
                .containsExactly(
                        "Debian GNU/Linux", "Debian GNU/Linux, with Linux 6.1", "Debian GNU/Linux, with Linux 5.10");
        BootEntry first = loader.entries().getFirst();
        assertThat(first.id()).hasValue("gnulinux-simple-U");
        assertThat(first.kernel()).hasValue("/boot/vmlinuz-6.1");
        assertThat(first.initramfs()).containsExactly("/boot/early.cpio", "/boot/initrd.img-6.1");
        assertThat(first.commandLine()).isEqualTo("root=UUID=root-uuid ro quiet console=hvc0");
        assertThat(first.argument("root")).hasValue("UUID=root-uuid");
        assertThat(first.device()).hasValue("UUID=root-uuid");
        assertThat(lines().get(first.line()))
                .contains("linux\t/boot/vmlinuz-6.1")
                .contains("console=hvc0");
        assertThat(loader.entries().get(2).menu()).containsExactly("Advanced options for Debian GNU/Linux");
        assertThat(lines().get(loader.entries().get(2).line())).contains("vmlinuz-5.10");
        assertThat(loader.chosen()).hasValue(first);
    }

    @Test
    void findsTheDefaultByNumberTitleAndId() throws IOException {
        for (String wanted : List.of(
                "1>1",
                "gnulinux-advanced-U>gnulinux-5.10-advanced-U",
                "Advanced options for Debian GNU/Linux>Debian GNU/Linux, with Linux 5.10")) {
            assertThat(load(HEADER.formatted(wanted) + MENU).chosen())
                    .as(wanted)
                    .flatMap(BootEntry::kernel)
                    .hasValue("/boot/vmlinuz-5.10");
        }
        for (String wanted : List.of("7", "nothing of this name", "0")) {
            assertThat(load(HEADER.formatted(wanted) + MENU).chosen())
                    .as(wanted)
                    .map(BootEntry::title)
                    .hasValue("Debian GNU/Linux");
        }
    }

    @Test
    void takesTheSavedEntryFromTheEnvironmentBlock() throws IOException {
        root.with(
                "/boot/grub/grubenv",
                "# GRUB Environment Block\nsaved_entry=gnulinux-advanced-U>gnulinux-5.10-advanced-U\n####");

        assertThat(load(HEADER.formatted("${saved_entry}") + MENU).chosen())
                .flatMap(BootEntry::kernel)
                .hasValue("/boot/vmlinuz-5.10");
    }

    @Test
    void readsEntriesOfTheBootLoaderSpecification() throws IOException {
        root.with("/boot/loader/entries/a-5.14.0-1.conf", """
                        title Fedora 5.14.0-1
                        version 5.14.0-1
                        linux /vmlinuz-5.14.0-1
                        initrd /initramfs-5.14.0-1.img $tuned_initrd
                        options $kernelopts
                        """)
                .with("/boot/loader/entries/a-5.14.0-2.conf", """
                        title Fedora 5.14.0-2
                        linux /vmlinuz-5.14.0-2
                        initrd /initramfs-5.14.0-2.img
                        options $kernelopts rhgb
                        """)
                .with("/boot/vmlinuz-5.14.0-2", "kernel");

        BootLoader loader = load("set kernelopts=\"root=/dev/xvda1 ro\"\ninsmod blscfg\nblscfg\n");

        assertThat(loader.entries()).extracting(BootEntry::title).containsExactly("Fedora 5.14.0-2", "Fedora 5.14.0-1");
        assertThat(loader.entries().getFirst().kernel()).hasValue("/boot/vmlinuz-5.14.0-2");
        assertThat(loader.entries().getFirst().commandLine()).isEqualTo("root=/dev/xvda1 ro rhgb");
        assertThat(loader.entries().getLast().initramfs()).containsExactly("/initramfs-5.14.0-1.img");
    }

    @Test
    void findsFilesOfASeparateBootVolume() throws IOException {
        MemoryFileSystem boot = new MemoryFileSystem("ext4", "boot-uuid");
        boot.with("/vmlinuz-6.1", "kernel").with("/initrd.img-6.1", "initramfs").with("/grub/grub.cfg", """
                        menuentry 'x' {
                          search --no-floppy --fs-uuid --set=root boot-uuid
                          linux /vmlinuz-6.1 root=/dev/xvda2
                          initrd ($root)/initrd.img-6.1
                        }
                        """);
        root.withDirectory("/boot");
        Volume bootVolume = TestVolumes.of("xvda1", boot);
        Volume rootVolume = TestVolumes.of("xvda2", root);

        BootLoader loader = BootLoaders.find(
                new GuestFiles(Map.of("/", rootVolume, "/boot", bootVolume)),
                List.of(bootVolume, rootVolume),
                List.of());

        assertThat(loader.chosen()).flatMap(BootEntry::kernel).hasValue("/boot/vmlinuz-6.1");
        assertThat(loader.chosen().orElseThrow().initramfs()).containsExactly("/boot/initrd.img-6.1");
        // pygrub knows no variables, and gives up.
        assertThat(loader.pygrub()).isEmpty();

        boot.with("/grub/grub.cfg", "menuentry 'x' {\nlinux /vmlinuz-6.1\n}\n");
        BootLoader.PygrubMenu plain = BootLoaders.find(
                        new GuestFiles(Map.of("/", rootVolume, "/boot", bootVolume)),
                        List.of(bootVolume, rootVolume),
                        List.of())
                .pygrub()
                .orElseThrow();
        assertThat(plain.configuration()).isEqualTo("/boot/grub/grub.cfg");
        assertThat(plain.chosen()).flatMap(BootEntry::kernel).hasValue("/boot/vmlinuz-6.1");
    }

    @Test
    void sourcesOtherFilesButNotForEver() throws IOException {
        root.with("/boot/grub/custom.cfg", """
                menuentry "mine" { linux /boot/vmlinuz-mine a="b c" ; initrd /boot/i }
                source $prefix/custom.cfg
                """);

        BootLoader loader = load("if [ -f ${prefix}/custom.cfg ]; then\n  source ${prefix}/custom.cfg\nfi\n");

        assertThat(loader.entries()).isNotEmpty();
        assertThat(loader.entries().getFirst().title()).isEqualTo("mine");
        assertThat(loader.entries().getFirst().commandLine()).isEqualTo("a=b c");
        assertThat(loader.entries().getFirst().line()).isEqualTo(-1);
    }

    @Test
    void endsScriptsThatNeverEnd() throws IOException {
        BootLoader loader = load("""
                function f { f; f; }
                f
                while true; do set x=$x$x$x; done
                until false; do true; done
                menuentry 'still' { linux /boot/vmlinuz-6.1 }
                """);

        assertThat(loader.kind()).isEqualTo(BootLoader.Kind.GRUB_2);
    }

    @Test
    void readsAMenuOfGrubLegacy() throws IOException {
        root.with("/boot/vmlinuz-2.6.32", "kernel")
                .with("/boot/initrd.img-2.6.32", "i")
                .with("/boot/grub/menu.lst", """
                        # menu.lst
                        default=1
                        timeout 5
                        title Xen dom0
                        root (hd0,0)
                        kernel /boot/xen-4.0-amd64.gz dom0_mem=512M
                        module /boot/vmlinuz-2.6.32 root=/dev/sda1 ro
                        module /boot/initrd.img-2.6.32
                        title\t\tDebian GNU/Linux, kernel 2.6.32
                        root\t\t(hd0,0)
                        kernel\t\t/boot/vmlinuz-2.6.32 root=/dev/xvda2 ro
                        initrd\t\t/boot/initrd.img-2.6.32
                        """);

        BootLoader loader = find();

        assertThat(loader.kind()).isEqualTo(BootLoader.Kind.GRUB_LEGACY);
        assertThat(loader.entries()).hasSize(2);
        assertThat(loader.entries().getFirst().kernel()).hasValue("/boot/vmlinuz-2.6.32");
        assertThat(loader.entries().getFirst().initramfs()).containsExactly("/boot/initrd.img-2.6.32");
        BootEntry chosen = loader.chosen().orElseThrow();
        assertThat(chosen.title()).isEqualTo("Debian GNU/Linux, kernel 2.6.32");
        assertThat(chosen.commandLine()).isEqualTo("root=/dev/xvda2 ro");
        assertThat(chosen.device()).hasValue("hd0,1");
        assertThat(chosen.line()).isEqualTo(10);
        assertThat(loader.pygrub().orElseThrow().chosen())
                .map(BootEntry::commandLine)
                .hasValue("root=/dev/xvda2 ro");
    }

    @Test
    void readsAMenuOfExtlinux() throws IOException {
        root.with("/boot/extlinux/vmlinuz", "kernel").with("/boot/extlinux/extlinux.conf", """
                        DEFAULT second
                        LABEL first
                          KERNEL /boot/a
                        LABEL second
                          MENU LABEL ^Second one
                          LINUX vmlinuz
                          APPEND initrd=initrd.img root=/dev/xvda1 ro
                        """);

        BootEntry chosen = find().chosen().orElseThrow();

        assertThat(chosen.title()).isEqualTo("Second one");
        assertThat(chosen.kernel()).hasValue("/boot/extlinux/vmlinuz");
        assertThat(chosen.commandLine()).isEqualTo("root=/dev/xvda1 ro");
    }

    @Test
    void findsNoBootLoaderWhereThereIsNone() throws IOException {
        BootLoader loader = find();

        assertThat(loader.kind()).isEqualTo(BootLoader.Kind.NONE);
        assertThat(loader.chosen()).isEmpty();
        assertThat(loader.pygrub()).isEmpty();
    }

    @Test
    void damagedMenusGiveAnAnswer() throws IOException {
        Seed seed = Seed.of(23);
        Random random = seed.random();
        String whole = HEADER.formatted("1>1") + MENU;
        String pieces = "{}()[]$;\"'\\#\n =>\u0000é";
        for (int round = 0; round < 1_500; round++) {
            StringBuilder damaged = new StringBuilder(whole);
            for (int i = random.nextInt(1, 12); i > 0; i--) {
                int at = random.nextInt(damaged.length());
                if (random.nextInt(4) == 0) {
                    damaged.delete(at, Math.min(damaged.length(), at + random.nextInt(80)));
                } else {
                    damaged.setCharAt(at, pieces.charAt(random.nextInt(pieces.length())));
                }
            }
            assertThat(load(damaged.toString()).entries().size())
                    .as(seed.toString())
                    .isLessThan(10);
        }
    }

    private BootLoader load(String configuration) throws IOException {
        root.with("/boot/grub/grub.cfg", configuration);
        return find();
    }

    private BootLoader find() throws IOException {
        Volume volume = TestVolumes.of("xvda1", root);
        return BootLoaders.find(new GuestFiles(Map.of("/", volume)), List.of(volume), List.of());
    }

    private List<String> lines() throws IOException {
        return new String(root.readAll("/boot/grub/grub.cfg", 100_000), java.nio.charset.StandardCharsets.UTF_8)
                .lines()
                .toList();
    }
}
