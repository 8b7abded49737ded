package dev.bothways.guest.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.guest.linux.compression.Compression;
import dev.bothways.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class XenNotesTest {
    private static final int PV = 1;
    private static final int PVH = 18;

    @ParameterizedTest
    @EnumSource(value = Compression.class, mode = EnumSource.Mode.EXCLUDE, names = "LZO")
    void findsTheNotesInsideEveryCompression(Compression compression) throws IOException {
        byte[] both = KernelImages.bzImage("6.1.0", compression, 6, PV, PVH);

        assertThat(notes(both)).isEqualTo(new XenNotes(true, true));
        assertThat(notes(KernelImages.bzImage("6.1.0", compression, PVH))).isEqualTo(new XenNotes(false, true));
        assertThat(notes(KernelImages.bzImage("6.1.0", compression))).isEqualTo(new XenNotes(false, false));
    }

    @Test
    void readsAPlainVmlinux() throws IOException {
        assertThat(notes(KernelImages.vmlinux(PV))).isEqualTo(new XenNotes(true, false));
    }

    @Test
    void tellsReleaseFromTheImage() throws IOException {
        byte[] image = KernelImages.bzImage("6.1.0-50-amd64", Compression.GZIP);

        assertThat(BootHeader.read(image).flatMap(BootHeader::release)).hasValue("6.1.0-50-amd64");
    }

    @Test
    void refusesMalformedImages() throws IOException {
        byte[] image = KernelImages.bzImage("6.1.0", Compression.GZIP, PV);

        assertThatThrownBy(() -> notes(new byte[0])).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> notes(new byte[4096])).hasMessage("what it holds is no little-endian ELF kernel");
        assertThatThrownBy(() -> notes(Arrays.copyOf(image, 5_000))).isInstanceOf(IOException.class);
    }

    @Test
    void refusesNotesAtAnImpossiblePlace() {
        byte[] elf = KernelImages.vmlinux(PV);
        Arrays.fill(elf, 128, 136, (byte) 0x7f);

        assertThatThrownBy(() -> notes(elf)).hasMessageContaining("notes at an impossible place");
    }

    @Test
    void damageGivesAnErrorOrAnAnswer() throws IOException {
        Seed seed = Seed.of(3);
        Random random = seed.random();
        byte[] elf = KernelImages.vmlinux(PV, PVH);
        byte[] image = KernelImages.bzImage("6.1.0", Compression.GZIP, PV, PVH);
        int answers = 0;
        for (int round = 0; round < 4_000; round++) {
            byte[] damaged = (round % 2 == 0 ? elf : image).clone();
            int from = round % 2 == 0 ? 0 : 0x1f0;
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                damaged[from + random.nextInt(Math.min(240, damaged.length - from))] = (byte) random.nextInt();
            }
            try {
                notes(damaged);
                answers++;
            } catch (IOException e) {
                assertThat(e.getMessage()).as(seed.toString()).isNotBlank();
            }
        }
        assertThat(answers).as(seed.toString()).isPositive();
    }

    private static XenNotes notes(byte[] image) throws IOException {
        return XenNotes.read(() -> new ByteArrayInputStream(image));
    }
}
