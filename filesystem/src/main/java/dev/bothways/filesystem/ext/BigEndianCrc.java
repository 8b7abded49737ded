package dev.bothways.filesystem.ext;

/** The CRC-32 that takes the highest bit first and is not inverted, of the first kind of journal checksums. */
final class BigEndianCrc {
    private static final int POLYNOMIAL = 0x04C11DB7;
    private static final int[] TABLE = table();

    private BigEndianCrc() {}

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int register = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                register = register < 0 ? (register << 1) ^ POLYNOMIAL : register << 1;
            }
            table[i] = register;
        }
        return table;
    }

    static int update(int crc, byte[] bytes) {
        int register = crc;
        for (byte b : bytes) {
            register = (register << 8) ^ TABLE[((register >>> 24) ^ b) & 0xff];
        }
        return register;
    }
}
