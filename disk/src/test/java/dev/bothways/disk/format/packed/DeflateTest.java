package dev.bothways.disk.format.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.PortableOnly;
import dev.bothways.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DeflateTest {
    private static final int UNIT = 64 << 10;

    /** Words of a small vocabulary, so that it packs about as well as programs and texts do. */
    private static byte[] text(Random random, int length) {
        byte[][] words = new byte[400][];
        for (int i = 0; i < words.length; i++) {
            words[i] = new byte[2 + random.nextInt(12)];
            random.nextBytes(words[i]);
        }
        ByteBuffer text = ByteBuffer.allocate(length + 16);
        while (text.position() < length) {
            text.put(words[random.nextInt(random.nextInt(words.length) + 1)]);
        }
        return Arrays.copyOf(text.array(), length);
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static byte[] pack(DeflateWrapping wrapping, byte[] plain) throws IOException {
        ByteBuffer packed = ByteBuffer.allocateDirect(DeflatePacker.mostPacked(plain.length));
        try (DeflatePacker packer = new DeflatePacker(wrapping)) {
            assertThat(packer.pack(direct(plain), packed)).isTrue();
        }
        byte[] bytes = new byte[packed.flip().remaining()];
        packed.get(bytes);
        return bytes;
    }

    abstract static class BothWays {
        @ParameterizedTest
        @EnumSource(DeflateWrapping.class)
        void zlibUnpacksWhatIsPacked(DeflateWrapping wrapping) throws IOException {
            Seed seed = Seed.of(41);
            Random random = seed.random();
            for (int round = 0; round < 50; round++) {
                byte[] plain = text(random, 1 + random.nextInt(UNIT));
                if (round % 5 == 0) {
                    random.nextBytes(plain);
                }
                byte[] packed = pack(wrapping, plain);
                InflaterInputStream zlib = new InflaterInputStream(
                        new ByteArrayInputStream(packed), new Inflater(wrapping == DeflateWrapping.RAW));
                assertThat(zlib.readAllBytes()).as("%s", seed).isEqualTo(plain);
            }
        }

        @ParameterizedTest
        @EnumSource(DeflateWrapping.class)
        void unpacksWhatZlibPacks(DeflateWrapping wrapping) throws IOException {
            Random random = Seed.of(42).random();
            DeflateUnpacker unpacker = new DeflateUnpacker(wrapping);
            for (int round = 0; round < 20; round++) {
                byte[] plain = text(random, 1 + random.nextInt(UNIT));
                Deflater deflater = new Deflater(random.nextInt(10), wrapping == DeflateWrapping.RAW);
                deflater.setInput(plain);
                deflater.finish();
                byte[] packed = new byte[2 * UNIT];
                int length = deflater.deflate(packed);
                // Behind the end of raw data other clusters stand; that of VMDK has its length told.
                int told = wrapping == DeflateWrapping.RAW ? length + 100 : length;
                ByteBuffer into = ByteBuffer.allocateDirect(plain.length);
                unpacker.unpack(direct(Arrays.copyOf(packed, told)), into);
                assertThat(into.hasRemaining()).isFalse();
                assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(plain));
                deflater.end();
            }
        }

        @Test
        void isNoLargerThanZlibByFiveInAHundred() throws IOException {
            byte[] plain = text(Seed.of(43).random(), UNIT);
            ByteArrayOutputStream zlib = new ByteArrayOutputStream();
            try (var out = new java.util.zip.DeflaterOutputStream(zlib)) {
                out.write(plain);
            }
            assertThat(pack(DeflateWrapping.ZLIB, plain).length).isLessThanOrEqualTo(zlib.size() * 105 / 100);
        }

        @Test
        void saysWhereThereIsNoRoom() throws IOException {
            byte[] plain = new byte[UNIT];
            Seed.of(44).random().nextBytes(plain);
            ByteBuffer packed = ByteBuffer.allocateDirect(UNIT - 1);
            try (DeflatePacker packer = new DeflatePacker(DeflateWrapping.ZLIB)) {
                assertThat(packer.pack(direct(plain), packed)).isFalse();
                assertThat(packed.position()).isZero();
                assertThat(packer.pack(direct(new byte[UNIT]), packed)).isTrue();
            }
        }

        @ParameterizedTest
        @EnumSource(DeflateWrapping.class)
        void refusesDamage(DeflateWrapping wrapping) throws IOException {
            byte[] plain = text(Seed.of(45).random(), UNIT);
            byte[] packed = pack(wrapping, plain);
            DeflateUnpacker unpacker = new DeflateUnpacker(wrapping);
            ByteBuffer cut = direct(Arrays.copyOf(packed, packed.length / 2));
            assertThatThrownBy(() -> unpacker.unpack(cut, ByteBuffer.allocateDirect(UNIT)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the packed data");
            assertThatThrownBy(() -> unpacker.unpack(direct(packed), ByteBuffer.allocateDirect(UNIT + 1)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the packed data ends too early");
        }
    }

    @Nested
    class ByTheLibrary extends BothWays {}

    @Nested
    @ExtendWith(PortableOnly.class)
    class InJava extends BothWays {}
}
