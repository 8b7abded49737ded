package dev.bothways.guest.linux.bootloader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.guest.linux.bootloader.Pygrub.Syntax;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Xen's own parser agrees with ours on menus of all sorts, and reads whatever we make for it. */
class PygrubOracleTest {
    private static final int MENUS = 3_000;

    /** Lines as grub-mkconfig writes them, and as people do. */
    private static final List<String> GRUB_2 = List.of(
            "menuentry 'Debian GNU/Linux' --class debian --class os $menuentry_id_option 'gnulinux-simple-1' {",
            "menuentry \"Ubuntu\" {",
            "menuentry 'a' {",
            "menuentry 'a'{",
            "menuentry\t'a' --id b {",
            "menuentry --class x 'a' {",
            "menuentry 'it''s' --users \"\" {",
            "menuentry \"q' --x\" --id 'y z' {",
            "menuentry 'Gr\u00f6\u00dfe' --id g {",
            "menuentry 'one line' --id o { linux /vmlinuz; }",
            "menuentry $title --id t {",
            "hiddenentry 'x' --hotkey=f {",
            "submenu 'Advanced options' $menuentry_id_option 'gnulinux-advanced-1' {",
            "submenu \"more\" {",
            "}",
            "  }",
            "\t} # end",
            "};",
            "function gfxmode {",
            "function load_video",
            "{",
            "if [ -s $prefix/grubenv ]; then",
            "  load_env",
            "fi",
            "if [ \"${next_entry}\" ] ; then",
            "   set default=\"${next_entry}\"",
            "   set next_entry=",
            "   save_env next_entry",
            "else",
            "   set default=\"0\"",
            "   set default=\"1>2\"",
            "   set default=3",
            "   set default='gnulinux-advanced-1>gnulinux-6.1'",
            "   set default=\"${saved_entry}\"",
            "   set default=saved",
            "   set default=-1",
            "   set default = 1",
            "   set default 1",
            "   set default=\u0661",
            "   set default=1_0",
            "   default=2",
            "set timeout=5",
            "set timeout=${x}",
            "set timeout=\"3\"",
            "set timeout_style=menu",
            "set options=\"a=b\"",
            "set x=a b",
            "set \"x=1\"",
            "set",
            "set root='hd0,msdos1'",
            "set root=hd0",
            "set root='(hd0,gpt2)'",
            "set root=(/dev/xvda,0)",
            "set root=lvmid/a/b",
            "set root=$x",
            "set root='hd0,msdos1,bsd1'",
            "set root='hostdisk//dev/xvda,msdos1'",
            "search --no-floppy --fs-uuid --set=root --hint-bios=hd0,msdos1 0-1",
            "insmod gzio",
            "echo\t'Loading Linux ...'",
            "linux\t/boot/vmlinuz root=UUID=1 ro  quiet",
            "linux /vmlinuz\troot=/dev/xvda1",
            "linux\t/vmlinuz",
            "linux (hd0,1)/vmlinuz root=a",
            "linux (loop)/vmlinuz",
            "linux ($root)/vmlinuz x=y",
            "linux (hd0,1/vmlinuz",
            "linux16 /memtest console=a=b",
            "linux=/vmlinuz",
            "linuxefi /vmlinuz",
            "linux",
            "initrd\t/boot/initrd.img",
            "initrd /ucode.img /initrd.img",
            "initrd ($root)/initrd",
            "initrd16 (hd1)/x",
            "multiboot2 /boot/xen.gz placeholder",
            "module2 /vmlinuz placeholder root=/dev/x",
            "chainloader +1",
            "chainloader (${root})+1",
            "### BEGIN /etc/grub.d/10_linux ###",
            "# set x=a=b",
            "export menuentry_id_option",
            "terminal_output console",
            "password_pbkdf2 root grub.pbkdf2.sha512.10000.A",
            "",
            "\u00a0 ",
            "linux /vmlinuz \\",
            "fallback=\"1 2\"",
            "source ${config_directory}/custom.cfg",
            "blscfg");

    private static final List<String> LEGACY = List.of(
            "title Debian",
            "title",
            "titleX",
            "default 0",
            "default=1",
            "default saved",
            "default -1",
            "timeout 5",
            "timeout=x",
            "root (hd0,0)",
            "root (nd)",
            "rootnoverify (hd0)",
            "root hd0,0",
            "kernel /vmlinuz root=/dev/xvda1 ro",
            "kernel (hd0,0)/vmlinuz",
            "kernel (nd)/v",
            "kernel\t/vmlinuz\tx=y",
            "initrd /initrd.img",
            "initrd (hd0)/i",
            "initrd (x/i",
            "module /m",
            "splashimage=(hd0,0)/s.gz",
            "splashimage (cd)/s",
            "# comment",
            "",
            "savedefault",
            "password --md5 x",
            "hiddenmenu",
            "kernel");

    private static final List<String> EXTLINUX = List.of(
            "DEFAULT linux",
            "default l0",
            "LABEL linux",
            "label l0",
            "label",
            "LABELX y",
            "label \"l0\"",
            "KERNEL /vmlinuz",
            "kernel vmlinuz root=a",
            "kernel \"/v mlinuz\"",
            "LINUX /vmlinuz",
            "APPEND initrd=/initrd.img root=UUID=1 ro",
            "append root=/dev/sda1 quiet",
            "append \"a b\"",
            "append INITRD=/x y",
            "append ro initrd=a,b  quiet",
            "initrd /initrd.img",
            "menu label ^Debian",
            "timeout 50",
            "prompt 0",
            "# c",
            "");

    private static String menu(Random random, List<String> lines) {
        StringBuilder text = new StringBuilder();
        String end = random.nextInt(8) == 0 ? "\r\n" : "\n";
        for (int i = 1 + random.nextInt(30); i > 0; i--) {
            String line = lines.get(random.nextInt(lines.size()));
            if (random.nextInt(20) == 0 && !line.isEmpty()) {
                int at = random.nextInt(line.length());
                line = line.substring(0, at) + " =\t({})'\"\\x1c".charAt(random.nextInt(11)) + line.substring(at);
            }
            text.append("\t".repeat(random.nextInt(2))).append(line).append(end);
        }
        return text.toString();
    }

    /** A menu as grub-mkconfig shapes it, with anything inside of its entries. */
    private static String shaped(Random random) {
        StringBuilder text = new StringBuilder(
                "set default=\"" + random.nextInt(5) + (random.nextBoolean() ? ">1" : "") + "\"\nset timeout=5\n");
        int depth = 0;
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            if (random.nextInt(4) == 0) {
                text.append("submenu 'more ")
                        .append(i)
                        .append("' --id 's")
                        .append(i)
                        .append("' {\n");
                depth++;
            }
            String head = GRUB_2.get(random.nextInt(12));
            text.append(head.endsWith("}") || !head.contains("'") ? "menuentry 'e" + i + "' --id e" + i + " {" : head)
                    .append('\n');
            for (int j = random.nextInt(5); j > 0; j--) {
                String line = GRUB_2.get(50 + random.nextInt(28));
                text.append('\t').append(line.endsWith("\\") ? "" : line).append('\n');
            }
            text.append("}\n");
            if (depth > 0 && random.nextBoolean()) {
                text.append("}\n");
                depth--;
            }
        }
        return text.append("}\n".repeat(depth)).toString();
    }

    private static List<String> pygrub(Path folder) throws IOException {
        Oracle python = Oracle.require("python3");
        Path library = Oracle.requireFolder(Path.of("/usr/lib/xen-4.17/lib/python"), "pygrub (xen-utils-4.17)");
        Path script = Files.createTempFile("pygrub-reads", ".py");
        try (InputStream in = PygrubOracleTest.class.getResourceAsStream("pygrub-reads.py")) {
            Files.write(script, java.util.Objects.requireNonNull(in).readAllBytes());
            return python.run(script, library, folder).orFail().output().lines().toList();
        } finally {
            Files.delete(script);
        }
    }

    private static String ours(Syntax syntax, String text) {
        Optional<Pygrub.Parsed> parsed = Pygrub.parsed(syntax, text);
        if (parsed.isEmpty()) {
            return "raised";
        }
        List<String> parts = new ArrayList<>(List.of("" + Math.min(parsed.get().wanted(), 1 << 30)));
        for (PygrubImage image : parsed.get().images()) {
            for (String part :
                    List.of(image.title, image.kernel.orElse(""), image.commandLine, image.initramfs.orElse(""))) {
                parts.add(HexFormat.of().formatHex(part.getBytes(StandardCharsets.UTF_8)) + ".");
            }
        }
        return String.join(" ", parts);
    }

    private static void agree(Path folder, Syntax syntax, String ending, List<String> texts, Seed seed)
            throws IOException {
        for (int i = 0; i < texts.size(); i++) {
            Files.writeString(folder.resolve(String.format("%05d.%s", i, ending)), texts.get(i));
        }
        List<String> theirs = pygrub(folder);
        assertThat(theirs).hasSameSizeAs(texts);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(ours(syntax, texts.get(i)))
                    .as("%s, menu %d:\n%s", seed, i, texts.get(i))
                    .isEqualTo(theirs.get(i));
        }
    }

    @Test
    void readsMenusOfGrubAsXenDoes(@TempDir Path folder) throws IOException {
        Seed seed = Seed.of(1);
        Random random = seed.random();
        List<String> texts = new ArrayList<>();
        GRUB_2.forEach(line -> texts.add(line + "\n"));
        GRUB_2.forEach(line -> texts.add("menuentry 'a' --id a {\n" + line + "\n}\n"));
        for (int i = 0; i < MENUS; i++) {
            texts.add(random.nextBoolean() ? menu(random, GRUB_2) : shaped(random));
        }
        agree(folder, Syntax.GRUB_2, "cfg", texts, seed);
    }

    @Test
    void readsMenusOfGrubLegacyAsXenDoes(@TempDir Path folder) throws IOException {
        Seed seed = Seed.of(2);
        Random random = seed.random();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < MENUS; i++) {
            texts.add(menu(random, LEGACY));
        }
        agree(folder, Syntax.LEGACY, "lst", texts, seed);
    }

    @Test
    void readsMenusOfExtlinuxAsXenDoes(@TempDir Path folder) throws IOException {
        Seed seed = Seed.of(3);
        Random random = seed.random();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < MENUS; i++) {
            texts.add(menu(random, EXTLINUX));
        }
        agree(folder, Syntax.EXTLINUX, "conf", texts, seed);
    }

    @Test
    void makesMenusThatXenReads(@TempDir Path folder) throws IOException {
        Seed seed = Seed.of(4);
        Random random = seed.random();
        List<PygrubMenuText> made = new ArrayList<>();
        int given = 0;
        for (int i = 0; i < MENUS; i++) {
            byte[] content = shaped(random).getBytes(StandardCharsets.UTF_8);
            if (random.nextInt(10) == 0) {
                content[random.nextInt(content.length)] = (byte) 0xff;
            }
            PygrubMenuText text = PygrubMenuText.of(content);
            given += text.problem().isPresent() ? 0 : 1;
            made.add(text);
            Files.writeString(
                    folder.resolve(String.format("%05d.cfg", i)), text.problem().isPresent() ? "" : text.text());
        }
        List<String> theirs = pygrub(folder);
        for (int i = 0; i < MENUS; i++) {
            assertThat(theirs.get(i))
                    .as("%s, menu %d:\n%s", seed, i, made.get(i).text())
                    .isNotEqualTo("raised");
        }
        assertThat(given).isGreaterThan(MENUS * 9 / 10);
    }
}
