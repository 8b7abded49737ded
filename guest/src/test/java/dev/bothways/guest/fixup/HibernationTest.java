package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.KERNEL;
import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.FileSystems;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HibernationTest {
    private static final TargetHardware KVM = target(Platform.KVM);

    private static void write(VirtualDisk disk, long offset, String text) throws IOException {
        disk.write(offset, ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String read(VirtualDisk disk, long offset) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(10);
        disk.read(offset, bytes);
        return new String(bytes.array(), StandardCharsets.ISO_8859_1);
    }

    private static byte[] swapFile(int page, String signature) {
        byte[] content = new byte[1 << 17];
        byte[] bytes = signature.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, content, page - 10, bytes.length);
        return content;
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 8192, 16384, 32768, 65536})
    void refusesAGuestWhoseSwapHoldsItsMemory(int page) throws IOException {
        for (String signature : List.of(
                "S1SUSPEND", "S2SUSPEND", "ULSUSPEND", "LINHIB0001", "\u00ed\u00c3\u0002\u00e9\u0098V\u00e5\u000c")) {
            MadeUpGuest guest = MadeUpGuest.onPartitions();
            VirtualDisk swap = guest.attached.get(1).disk();
            write(swap, page - 20, "SWAPSPACE2" + signature);
            assertThat(FileSystems.probe(swap).orElseThrow().type()).isEqualTo("swsuspend");
            Draft refused = guest.draft(new Hibernation(), KVM);
            assertThat(refused.blockers())
                    .singleElement()
                    .asString()
                    .contains("/dev/xvda1", "--discard-hibernation", "shut it down");

            Draft draft = guest.draft(new Hibernation(), KVM, true);
            assertThat(draft.blockers()).isEmpty();
            assertThat(draft.edits()).singleElement().extracting(Edit::path).isEqualTo("/dev/xvda1");
            guest.plan(draft).apply();
            assertThat(read(swap, page - 10)).isEqualTo("SWAPSPACE2");
            assertThat(FileSystems.probe(swap).orElseThrow().type()).isEqualTo("swap");
            assertThat(guest.draft(new Hibernation(), KVM).blockers()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Platform.class)
    void refusesOnEveryPlatform(Platform platform) throws IOException {
        MadeUpGuest guest = MadeUpGuest.onPartitions();
        write(guest.attached.get(1).disk(), 4076, "SWAPSPACE2S1SUSPEND");
        assertThat(new Fixups(guest.attached, guest.guest(), java.util.Optional.empty())
                        .plan(target(platform))
                        .blockers())
                .anyMatch(blocker -> blocker.contains("hibernated"));
    }

    @Test
    void findsASwapFileByItsOffset() throws IOException {
        for (String where : List.of("menu", "defaults", "uswsusp")) {
            MadeUpGuest guest = MadeUpGuest.installed("vda");
            String offset = "resume_offset=300";
            switch (where) {
                case "menu" ->
                    guest.with(
                            "/boot/grub/grub.cfg",
                            "menuentry 'a' --id a {\nlinux " + KERNEL + " resume=/dev/vda1 " + offset + "\n}\n");
                case "defaults" -> guest.with("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"" + offset + "\"\n");
                default -> guest.with("/etc/uswsusp.conf", "resume device = /dev/vda1\nresume offset = 300\n");
            }
            VirtualDisk disk = guest.attached.getFirst().disk();
            write(disk, 301 * 4096 - 20, "SWAPSPACE2ULSUSPEND");
            assertThat(guest.draft(new Hibernation(), KVM).blockers()).isNotEmpty();
            guest.plan(guest.draft(new Hibernation(), KVM, true)).apply();
            assertThat(read(disk, 301 * 4096 - 10)).isEqualTo("SWAPSPACE2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/swapfile", "/data/my.swap"})
    void findsASwapFileByItsName(String path) throws IOException {
        MadeUpGuest guest = MadeUpGuest.installed("vda").with("/etc/fstab", path + " none swap sw 0 0\n");
        guest.files.withDirectory("/data");
        guest.files.with(path, swapFile(16384, "S1SUSPEND"));
        assertThat(guest.draft(new Hibernation(), KVM).blockers())
                .singleElement()
                .asString()
                .contains(path);
        Draft draft = guest.draft(new Hibernation(), KVM, true);
        assertThat(draft.blockers()).isEmpty();
        assertThat(draft.warnings()).singleElement().asString().contains(path);
    }

    @Test
    void letsAGuestGoThatIsOff() throws IOException {
        MadeUpGuest guest = MadeUpGuest.onPartitions();
        write(guest.attached.get(1).disk(), 4086, "SWAPSPACE2");
        guest.files.with("/swapfile", swapFile(4096, "SWAPSPACE2"));
        guest.files.with("/swap.img", Arrays.copyOf(new byte[0], 5));
        Draft draft = guest.draft(new Hibernation(), KVM, true);
        assertThat(draft.blockers()).isEmpty();
        assertThat(draft.edits()).isEmpty();
        assertThat(draft.warnings()).isEmpty();
    }
}
