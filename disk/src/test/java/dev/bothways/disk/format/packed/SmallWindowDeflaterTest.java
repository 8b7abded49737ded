package dev.bothways.disk.format.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SmallWindowDeflaterTest {
    private static final int WINDOW_BITS = 12;
    private static final int WINDOW = 1 << WINDOW_BITS;
    private static final int UNIT = 64 << 10;

    private static byte[] deflate(SmallWindowDeflater deflater, byte[] plain) {
        ByteBuffer into = ByteBuffer.allocate(plain.length + plain.length / 500 + 64);
        int count = deflater.deflate(ByteBuffer.wrap(plain), into);
        assertThat(count).isPositive();
        assertThat(into.position()).isZero();
        return Arrays.copyOf(into.array(), count);
    }

    private static byte[] inflate(byte[] packed, int length) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            byte[] plain = new byte[length + 1];
            int count = inflater.inflate(plain);
            assertThat(inflater.finished()).isTrue();
            assertThat(inflater.getRemaining()).isZero();
            return Arrays.copyOf(plain, count);
        } finally {
            inflater.end();
        }
    }

    private static void assertRoundTrip(SmallWindowDeflater deflater, byte[] plain, int window, String description)
            throws DataFormatException {
        byte[] packed = deflate(deflater, plain);
        // Not isEqualTo of the arrays: its message would be megabytes long.
        assertThat(Arrays.equals(inflate(packed, plain.length), plain))
                .as(description)
                .isTrue();
        Distances distances = new Distances(packed);
        assertThat(Arrays.equals(distances.inflate(), plain)).as(description).isTrue();
        assertThat(distances.farthest).as(description).isLessThanOrEqualTo(window);
    }

    private static void assertRoundTrip(byte[] plain, String description) throws DataFormatException {
        assertRoundTrip(new SmallWindowDeflater(WINDOW_BITS), plain, WINDOW, description);
    }

    private static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] period(Random random, int period, int length) {
        byte[] bytes = random(random, length);
        for (int i = period; i < length; i++) {
            bytes[i] = bytes[i - period];
        }
        return bytes;
    }

    /** Words of a small vocabulary, so that it packs about as well as programs and texts do. */
    private static byte[] text(Random random, int length) {
        byte[][] words = new byte[400][];
        for (int i = 0; i < words.length; i++) {
            words[i] = random(random, 2 + random.nextInt(12));
        }
        ByteBuffer text = ByteBuffer.allocate(length + 16);
        while (text.position() < length) {
            text.put(words[random.nextInt(random.nextInt(words.length) + 1)]);
        }
        return Arrays.copyOf(text.array(), length);
    }

    /** Stretches of everything, each from a few bytes to some thousands. */
    private static byte[] mixture(Random random, int length) {
        ByteBuffer mixture = ByteBuffer.allocate(length);
        while (mixture.hasRemaining()) {
            int part = Math.min(mixture.remaining(), 1 + random.nextInt(1 << (1 + random.nextInt(14))));
            switch (random.nextInt(5)) {
                case 0 -> mixture.put(random(random, part));
                case 1 -> mixture.put(text(random, part));
                case 2 -> mixture.put(period(random, 1 + random.nextInt(20), part));
                case 3 -> mixture.put(new byte[part]);
                default -> {
                    int back = Math.min(mixture.position(), random.nextInt(2 * WINDOW));
                    mixture.put(mixture.duplicate().array(), mixture.position() - back, Math.min(back, part));
                }
            }
        }
        return mixture.array();
    }

    private static List<byte[]> someUnits() {
        Random random = Seed.of(61).random();
        return List.of(
                text(random, UNIT),
                random(random, UNIT),
                new byte[UNIT],
                mixture(random, UNIT),
                new byte[0],
                period(random, 7, 1000),
                mixture(random, 5 * UNIT));
    }

    @Test
    void roundTripsFewBytes() throws DataFormatException {
        Random random = Seed.of(51).random();
        SmallWindowDeflater deflater = new SmallWindowDeflater(WINDOW_BITS);
        for (int length = 0; length <= 300; length++) {
            String description = length + " bytes";
            assertRoundTrip(deflater, new byte[length], WINDOW, description + ", zeros");
            assertRoundTrip(deflater, random(random, length), WINDOW, description + ", random");
            assertRoundTrip(deflater, text(random, length), WINDOW, description + ", text");
            assertRoundTrip(deflater, period(random, 3, length), WINDOW, description + ", period 3");
        }
    }

    @Test
    void roundTripsManyBytes() throws DataFormatException {
        Seed seed = Seed.of(52);
        Random random = seed.random();
        SmallWindowDeflater deflater = new SmallWindowDeflater(WINDOW_BITS);
        for (int length :
                new int[] {511, 512, 4095, 4096, 4097, 6143, 6144, 6145, 65535, 65536, 65537, 200_000, 2 << 20}) {
            String description = length + " bytes, " + seed;
            byte[] ones = new byte[length];
            Arrays.fill(ones, (byte) 1);
            assertRoundTrip(deflater, ones, WINDOW, description);
            assertRoundTrip(deflater, random(random, length), WINDOW, description);
            assertRoundTrip(deflater, text(random, length), WINDOW, description);
            assertRoundTrip(deflater, mixture(random, length), WINDOW, description);
        }
    }

    @Test
    void roundTripsPeriods() throws DataFormatException {
        Seed seed = Seed.of(53);
        Random random = seed.random();
        SmallWindowDeflater deflater = new SmallWindowDeflater(WINDOW_BITS);
        for (int period = 1; period <= 5000; period += period < 300 || Math.abs(period - WINDOW) < 20 ? 1 : 13) {
            byte[] plain = period(random, period, 12_000);
            assertRoundTrip(deflater, plain, WINDOW, "period " + period + ", " + seed);
        }
    }

    @Test
    void reachesBackAWindowButNoFurther() throws DataFormatException {
        Random random = Seed.of(54).random();
        Distances within = new Distances(deflate(new SmallWindowDeflater(WINDOW_BITS), period(random, WINDOW, UNIT)));
        within.inflate();
        assertThat(within.farthest).isEqualTo(WINDOW);
        byte[] beyond = period(random, WINDOW + 1, UNIT);
        assertThat(deflate(new SmallWindowDeflater(WINDOW_BITS), beyond).length).isGreaterThan(UNIT - 1000);
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10, 11, 12, 13, 14, 15})
    void keepsToEachWindow(int windowBits) throws DataFormatException {
        Seed seed = Seed.of(55);
        Random random = seed.random();
        SmallWindowDeflater deflater = new SmallWindowDeflater(windowBits);
        int window = 1 << windowBits;
        assertRoundTrip(deflater, new byte[UNIT], window, "zeros");
        for (int round = 0; round < 30; round++) {
            byte[] plain = mixture(random, 1 + random.nextInt(3 * UNIT));
            assertRoundTrip(deflater, plain, window, "round " + round + ", " + seed);
        }
        assertRoundTrip(deflater, period(random, window, 4 * window), window, "period of a window");
        assertRoundTrip(deflater, period(random, window + 1, 4 * window), window, "period of more than a window");
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, -1})
    void refusesOtherWindows(int windowBits) {
        assertThatThrownBy(() -> new SmallWindowDeflater(windowBits)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Counts like Fibonacci's numbers make the longest codes, one bit more for each. */
    @Test
    void roundTripsFrequenciesThatWantLongerCodesThanAllowed() throws DataFormatException {
        Random random = Seed.of(56).random();
        for (int symbols = 2; symbols <= 26; symbols++) {
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            int count = 1;
            int next = 1;
            for (int symbol = 0; symbol < symbols; symbol++) {
                byte[] same = new byte[count];
                Arrays.fill(same, (byte) (symbol * 7));
                plain.writeBytes(same);
                next = count + next;
                count = next - count;
            }
            byte[] shuffled = plain.toByteArray();
            for (int i = shuffled.length - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                byte swapped = shuffled[i];
                shuffled[i] = shuffled[other];
                shuffled[other] = swapped;
            }
            assertRoundTrip(shuffled, symbols + " symbols");
            assertRoundTrip(plain.toByteArray(), symbols + " symbols in order");
        }
    }

    @Test
    void limitsTheLengthsOfACode() {
        int[] counts = new int[30];
        counts[0] = 1;
        counts[1] = 1;
        for (int i = 2; i < counts.length; i++) {
            counts[i] = Math.min(counts[i - 1] + counts[i - 2], 1 << 20);
        }
        HuffmanCode code = new HuffmanCode(counts.length);
        for (int limit = 5; limit <= 15; limit++) {
            code.build(counts, 0, limit);
            int taken = 0;
            for (int length : code.lengths) {
                assertThat(length).isBetween(1, limit);
                taken += 1 << (limit - length);
            }
            assertThat(taken).as("of the codes there are with %s bits", limit).isEqualTo(1 << limit);
        }
    }

    @Test
    void packs() {
        byte[] text = text(Seed.of(57).random(), UNIT);
        assertThat(deflate(new SmallWindowDeflater(WINDOW_BITS), text).length).isLessThan(UNIT / 2);
        assertThat(deflate(new SmallWindowDeflater(WINDOW_BITS), new byte[UNIT]).length)
                .isLessThan(200);
        assertThat(deflate(new SmallWindowDeflater(WINDOW_BITS), new byte[0]).length)
                .isEqualTo(2);
    }

    @Test
    void randomDataGrowsHardly() {
        byte[] random = random(Seed.of(58).random(), UNIT);
        assertThat(deflate(new SmallWindowDeflater(WINDOW_BITS), random).length).isLessThan(UNIT + 100);
    }

    @Test
    void needsNoMoreRoomThanItsOutput() {
        SmallWindowDeflater deflater = new SmallWindowDeflater(WINDOW_BITS);
        for (byte[] plain : someUnits()) {
            byte[] packed = deflate(new SmallWindowDeflater(WINDOW_BITS), plain);
            assertThat(deflater.deflate(ByteBuffer.wrap(plain), ByteBuffer.allocate(packed.length - 1)))
                    .isZero();
            assertThat(deflater.deflate(ByteBuffer.wrap(plain), ByteBuffer.allocate(0)))
                    .isZero();
            ByteBuffer exact = ByteBuffer.allocate(packed.length);
            assertThat(deflater.deflate(ByteBuffer.wrap(plain), exact)).isEqualTo(packed.length);
            assertThat(Arrays.equals(exact.array(), packed)).isTrue();
        }
    }

    @Test
    void whatWasBeforeDoesNotMatter() {
        Random random = Seed.of(59).random();
        List<byte[]> units = new ArrayList<>(someUnits());
        for (int cut : new int[] {0, 1, 2, 3, 5, 100, 6144, 6145, 10_000}) {
            units.add(Arrays.copyOf(units.get(0), cut));
            units.add(Arrays.copyOf(units.get(3), cut));
        }
        SmallWindowDeflater used = new SmallWindowDeflater(WINDOW_BITS);
        for (int round = 0; round < 100; round++) {
            byte[] plain = units.get(random.nextInt(units.size()));
            byte[] fresh = deflate(new SmallWindowDeflater(WINDOW_BITS), plain);
            assertThat(Arrays.equals(deflate(used, plain), fresh)).isTrue();
            // One that stops in the middle leaves nothing either.
            used.deflate(
                    ByteBuffer.wrap(units.get(random.nextInt(units.size()))),
                    ByteBuffer.allocate(random.nextInt(3000)));
        }
    }

    @Test
    void takesAnyBuffersAndLeavesTheirPositions() {
        byte[] plain = text(Seed.of(60).random(), 10_000);
        byte[] packed = deflate(new SmallWindowDeflater(WINDOW_BITS), plain);
        ByteBuffer direct = ByteBuffer.allocateDirect(plain.length + 30)
                .position(10)
                .put(plain)
                .flip()
                .position(10);
        ByteBuffer into = ByteBuffer.allocateDirect(plain.length).position(77);
        assertThat(new SmallWindowDeflater(WINDOW_BITS).deflate(direct.asReadOnlyBuffer(), into))
                .isEqualTo(packed.length);
        assertThat(direct.position()).isEqualTo(10);
        assertThat(direct.remaining()).isEqualTo(plain.length);
        assertThat(into.position()).isEqualTo(77);
        assertThat(into.slice(77, packed.length)).isEqualTo(ByteBuffer.wrap(packed));
    }

    /** Inflates bit by bit, as RFC 1951 says it, to see how far back the matches reach. */
    private static final class Distances {
        private static final int[] ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
        private static final int[] LENGTHS = {
            3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
            227, 258
        };
        private static final int[] LENGTH_BITS = {
            0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
        };
        private static final int[] DISTANCES = {
            1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
            6145, 8193, 12289, 16385, 24577
        };

        private final byte[] packed;
        private long bit;
        private byte[] plain = new byte[1000];
        private int length;
        private int farthest;

        Distances(byte[] packed) {
            this.packed = packed;
        }

        byte[] inflate() {
            boolean last;
            do {
                last = bits(1) == 1;
                int type = bits(2);
                if (type == 0) {
                    stored();
                } else if (type == 1) {
                    int[] lengths = new int[288];
                    for (int i = 0; i < lengths.length; i++) {
                        lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
                    }
                    int[] distances = new int[30];
                    Arrays.fill(distances, 5);
                    block(new Code(lengths), new Code(distances));
                } else {
                    assertThat(type).isEqualTo(2);
                    dynamic();
                }
            } while (!last);
            return Arrays.copyOf(plain, length);
        }

        private void stored() {
            bit = bit + 7 & -8;
            int size = bits(16);
            assertThat(bits(16)).isEqualTo(~size & 0xffff);
            for (int i = 0; i < size; i++) {
                add((byte) bits(8));
            }
        }

        private void dynamic() {
            int literals = bits(5) + 257;
            int distances = bits(5) + 1;
            int[] own = new int[19];
            int count = bits(4) + 4;
            for (int i = 0; i < count; i++) {
                own[ORDER[i]] = bits(3);
            }
            Code code = new Code(own);
            int[] lengths = new int[literals + distances];
            for (int i = 0; i < lengths.length; ) {
                int symbol = code.symbol();
                int value = symbol < 16 ? symbol : symbol == 16 ? lengths[i - 1] : 0;
                int times = symbol < 16 ? 1 : symbol == 16 ? 3 + bits(2) : symbol == 17 ? 3 + bits(3) : 11 + bits(7);
                Arrays.fill(lengths, i, i + times, value);
                i += times;
            }
            block(
                    new Code(Arrays.copyOf(lengths, literals)),
                    new Code(Arrays.copyOfRange(lengths, literals, lengths.length)));
        }

        private void block(Code literals, Code distances) {
            for (int symbol = literals.symbol(); symbol != 256; symbol = literals.symbol()) {
                if (symbol < 256) {
                    add((byte) symbol);
                    continue;
                }
                int size = LENGTHS[symbol - 257] + bits(LENGTH_BITS[symbol - 257]);
                int distanceSymbol = distances.symbol();
                int distance = DISTANCES[distanceSymbol] + bits(Math.max(0, distanceSymbol / 2 - 1));
                assertThat(distance <= length).isTrue();
                farthest = Math.max(farthest, distance);
                for (int i = 0; i < size; i++) {
                    add(plain[length - distance]);
                }
            }
        }

        private void add(byte value) {
            if (length == plain.length) {
                plain = Arrays.copyOf(plain, 2 * length);
            }
            plain[length++] = value;
        }

        private int bits(int count) {
            int value = 0;
            for (int i = 0; i < count; i++) {
                value |= (packed[(int) (bit >>> 3)] >>> (bit & 7) & 1) << i;
                bit++;
            }
            return value;
        }

        /** Complete, as the strictest readers want it. */
        private final class Code {
            private final int[] first = new int[17];
            private final int[] perLength = new int[16];
            private final int[] start = new int[17];
            private final int[] symbols;

            Code(int[] lengths) {
                symbols = new int[lengths.length];
                for (int length : lengths) {
                    perLength[length]++;
                }
                perLength[0] = 0;
                for (int length = 1; length <= 15; length++) {
                    first[length + 1] = (first[length] + perLength[length]) << 1;
                    start[length + 1] = start[length] + perLength[length];
                }
                int[] next = start.clone();
                for (int symbol = 0; symbol < lengths.length; symbol++) {
                    if (lengths[symbol] > 0) {
                        symbols[next[lengths[symbol]]++] = symbol;
                    }
                }
            }

            int symbol() {
                int code = 0;
                for (int length = 1; length <= 15; length++) {
                    code = code << 1 | bits(1);
                    if (code - first[length] < perLength[length]) {
                        return symbols[start[length] + code - first[length]];
                    }
                }
                throw new AssertionError("no such code");
            }
        }
    }
}
