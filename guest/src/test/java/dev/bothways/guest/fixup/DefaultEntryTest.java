package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.UUID;
import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.guest.BootEntry;
import dev.bothways.guest.BootLoader;
import dev.bothways.machine.Platform;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The entry that a guest starts by itself stays the same one on every way, there and back. */
class DefaultEntryTest {
    private static final String MENU = "/boot/grub/grub.cfg";
    private static final String ENVIRONMENT = "/boot/grub/grubenv";
    private static final int MENUS = 150;

    private static String entry(String title, String id, String kernel, String initrd) {
        return "menuentry '" + title + "' --class gnu-linux"
                + (id.isEmpty() ? "" : " $menuentry_id_option '" + id + "'") + " {\n\tinsmod ext2\n\tlinux\t" + kernel
                + " root=UUID=" + UUID + " ro entry=" + (id.isEmpty() ? title.replace(' ', '-') : id) + "\n" + initrd
                + "}\n";
    }

    private static String environment(String content) {
        String block = "# GRUB Environment Block\n" + content;
        return block + "#".repeat(1024 - block.length());
    }

    private static final String HEAD = """
            if [ -s $prefix/grubenv ]; then
              load_env
            fi
            if [ "${next_entry}" ] ; then
               set default="${next_entry}"
            else
               set default="DEFAULT"
            fi
            if [ x"${feature_menuentry_id}" = xy ]; then
              menuentry_id_option="--id"
            else
              menuentry_id_option=""
            fi
            export menuentry_id_option
            set timeout=5
            """;

    private static final String DEBIAN = HEAD
            + entry("Debian GNU/Linux", "gnulinux-simple-1", "/boot/vmlinuz-3", "")
            + "submenu 'Advanced options for Debian GNU/Linux' $menuentry_id_option 'gnulinux-advanced-1' {\n"
            + entry("Debian GNU/Linux, with Linux 3", "gnulinux-3-advanced-1", "/boot/vmlinuz-3", "")
            + entry("Debian GNU/Linux, with Linux 2", "gnulinux-2-advanced-1", "/boot/vmlinuz-2", "")
            + entry("Debian GNU/Linux, with Linux 1", "gnulinux-1-advanced-1", "/boot/vmlinuz-1", "")
            + "}\n";

    private static MadeUpGuest guest(String menu) throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("sda").with(MENU, menu);
        for (int i = 1; i < 10; i++) {
            guest.with("/boot/vmlinuz-" + i, "kernel " + i);
        }
        return guest;
    }

    private static Optional<String> grub(MadeUpGuest guest) throws IOException {
        return guest.guest().bootLoader().chosen().flatMap(DefaultEntryTest::started);
    }

    private static Optional<String> started(BootEntry entry) {
        return entry.kernel().map(kernel -> kernel + " " + entry.commandLine());
    }

    private static Optional<String> pygrub(MadeUpGuest guest) throws IOException {
        return guest.guest()
                .bootLoader()
                .pygrub()
                .flatMap(BootLoader.PygrubMenu::chosen)
                .flatMap(DefaultEntryTest::started);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "1",
                "1>2",
                "1>0",
                "9",
                "gnulinux-simple-1",
                "gnulinux-advanced-1>gnulinux-2-advanced-1",
                "Advanced options for Debian GNU/Linux>Debian GNU/Linux, with Linux 1",
                "nonsense"
            })
    void staysTheSameThereAndBack(String wanted) throws IOException {
        for (boolean saved : new boolean[] {false, true}) {
            MadeUpGuest guest = guest(DEBIAN.replace("DEFAULT", saved ? "${saved_entry}" : wanted));
            if (saved) {
                guest.with(ENVIRONMENT, environment("saved_entry=" + wanted + "\n"));
            }
            guest.with("/etc/default/grub", "GRUB_DEFAULT=\"" + wanted + "\"\n");
            thereAndBack(guest, wanted);
            assertThat(guest.text(MENU)).doesNotContain("pygrub");
            assertThat(guest.text("/etc/default/grub")).isEqualTo("GRUB_DEFAULT=\"" + wanted + "\"\n");
            if (saved) {
                assertThat(guest.text(ENVIRONMENT)).hasSize(1024).startsWith("# GRUB Environment Block\nsaved_entry=");
            }
        }
    }

    private static void thereAndBack(MadeUpGuest guest, String of) throws IOException {
        Optional<String> before = grub(guest);
        String menu = guest.text(MENU);
        assertThat(before).as(of).isPresent();
        for (int i = 0; i < 2; i++) {
            Draft draft = guest.draft(new HostReadableMenu(), target(Platform.XEN_PV));
            assertThat(draft.blockers()).as("%s:\n%s", of, menu).isEmpty();
            guest.apply(new HostReadableMenu(), target(Platform.XEN_PV));
            assertThat(pygrub(guest))
                    .as("pygrub, %s:\n%s\n->\n%s", of, menu, guest.text(MENU))
                    .isEqualTo(before);
            assertThat(grub(guest))
                    .as("GRUB under Xen, %s:\n%s\n->\n%s", of, menu, guest.text(MENU))
                    .isEqualTo(before);
            guest.apply(new HostReadableMenu(), target(i == 0 ? Platform.HYPERV_GEN1 : Platform.KVM));
            assertThat(grub(guest))
                    .as("GRUB, %s:\n%s\n->\n%s", of, menu, guest.text(MENU))
                    .isEqualTo(before);
        }
    }

    @Test
    void staysTheSameInAnyMenu() throws IOException {
        Seed seed = Seed.of(5);
        Random random = seed.random();
        for (int i = 0; i < MENUS; i++) {
            MadeUpGuest guest = guest(menu(random));
            if (random.nextBoolean()) {
                guest.with(ENVIRONMENT, environment("saved_entry=" + reference(random) + "\nboot_success=1\n"));
            }
            if (grub(guest)
                    .filter(kernel -> kernel.startsWith("/boot/vmlinuz-"))
                    .isPresent()) {
                thereAndBack(guest, seed + ", menu " + i);
            }
        }
    }

    private static String reference(Random random) {
        String last = random.nextBoolean() ? "" + random.nextInt(4) : "id" + random.nextInt(8);
        return random.nextInt(3) == 0
                ? random.nextInt(4) + ">" + last
                : random.nextInt(4) == 0 ? "t" + random.nextInt(8) : last;
    }

    private static String menu(Random random) {
        StringBuilder menu = new StringBuilder();
        menu.append(
                random.nextBoolean()
                        ? HEAD.replace("DEFAULT", random.nextBoolean() ? "${saved_entry}" : reference(random))
                        : "");
        if (menu.isEmpty() && random.nextBoolean()) {
            menu.append("load_env\nset default=\"")
                    .append(random.nextBoolean() ? "${saved_entry}" : reference(random))
                    .append("\"\n");
        }
        int depth = 0;
        for (int i = 0; i < 2 + random.nextInt(6); i++) {
            if (random.nextInt(4) == 0) {
                menu.append("submenu 't")
                        .append(i)
                        .append("' --id 's")
                        .append(i)
                        .append("' {\n");
                depth++;
            }
            String initrd = random.nextInt(3) == 0 ? "\tinitrd /boot/initrd.img-6.1.0-50-amd64\n" : "";
            String id = random.nextInt(3) == 0 ? "" : "id" + random.nextInt(8);
            String entry = entry("t" + random.nextInt(8), id, "/boot/vmlinuz-" + (1 + random.nextInt(9)), initrd);
            menu.append(
                    switch (random.nextInt(12)) {
                        case 0 -> entry.replace("insmod ext2", "linux (loop)/vmlinuz");
                        case 1 -> entry.replace("insmod ext2", "set root=lvmid/a/b");
                        case 2 -> entry.replace("menuentry '", "menuentry --class x '");
                        case 3 -> entry.replace("\n\tlinux", "\n\tset opts=\"a=b\"\n\tlinux");
                        case 4 -> "function f" + i + " {\n\tif true; then\n\t\ttrue\n\tfi\n}\n" + entry;
                        case 5 -> "set x" + i + "=\"a=b=c\"\n" + entry;
                        case 6 -> "menuentry 'one' --id one { true; }\n" + entry;
                        default -> entry;
                    });
            if (depth > 0 && random.nextBoolean()) {
                menu.append("}\n");
                depth--;
            }
        }
        return menu.append("}\n".repeat(depth)).toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "linux (loop)/vmlinuz",
                "linux ($root)/vmlinuz",
                "linux ($root/vmlinuz",
                "initrd ($root)/initrd",
                "set root=lvmid/a/b",
                "set root=$root2",
                "set opts=\"a=b\""
            })
    void takesOutAnEntryThatPygrubCannotReadAndNothingElse(String line) throws IOException {
        String rest = DEBIAN.replace("DEFAULT", "0");
        String bad = "menuentry 'Grml ISO' --id grml {\n\tloopback loop /grml.iso\n\t" + line + "\n}\n";
        for (String menu : List.of(
                rest + bad, rest.replace("submenu", bad + "submenu"), rest.replace("}\n}\n", "}\n" + bad + "}\n"))) {
            MadeUpGuest guest = guest(menu);
            assertThat(pygrub(guest)).isEmpty();
            Draft draft = guest.apply(new HostReadableMenu(), target(Platform.XEN_PV));
            assertThat(guest.text(MENU)).isEqualTo(rest.replace("default=\"0\"", "default='gnulinux-simple-1'"));
            assertThat(pygrub(guest))
                    .hasValueSatisfying(started ->
                            assertThat(started).startsWith("/boot/vmlinuz-3 ").endsWith("entry=gnulinux-simple-1"));
            assertThat(draft.warnings()).singleElement().asString().contains("Grml ISO");
        }
    }
}
