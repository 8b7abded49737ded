package dev.bothways.filesystem.partition;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.VolumeException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * One of a GPT's two headers (UEFI 2.10, section 5.3.2), as far as its numbers matter.
 *
 * @param self the sector it stands in
 * @param other the sector of the other one
 * @param firstUsable the first sector for partitions
 * @param lastUsable the last one, inclusive
 * @param entriesAt the first sector of the array of entries
 * @param slots how many entries the array has
 * @param entrySize how many bytes an entry has
 * @param entriesSum the CRC-32 of the array
 */
record GptHeader(
        long self,
        long other,
        long firstUsable,
        long lastUsable,
        UUID disk,
        long entriesAt,
        int slots,
        int entrySize,
        int entriesSum) {
    /** "EFI PART". */
    static final long MAGIC = 0x5452_4150_2049_4645L;

    static final int SIZE = 92;
    private static final int REVISION = 0x0001_0000;
    /** As much of an array as Linux reads. */
    private static final long MOST_ARRAY_BYTES = 4L << 20;

    /** The header in sector {@code lba}, checked against its checksum and the disk's size. */
    static GptHeader read(VirtualDisk disk, int sectorSize, long lba) throws IOException {
        long sectors = disk.size() / sectorSize;
        if (lba < 1 || lba >= sectors) {
            throw broken("lies beyond the disk's end");
        }
        ByteBuffer sector = Sectors.read(disk, lba * sectorSize, sectorSize);
        if (sector.getLong(0) != MAGIC) {
            throw broken("has no signature");
        }
        int length = sector.getInt(12);
        if (length < SIZE || length > sectorSize) {
            throw broken("has an impossible length of " + Integer.toUnsignedString(length) + " bytes");
        }
        int sum = sector.getInt(16);
        sector.putInt(16, 0);
        if (sum(sector.slice(0, length)) != sum) {
            throw broken("has a wrong checksum");
        }
        if (sector.getLong(24) != lba) {
            throw broken("belongs to sector " + Long.toUnsignedString(sector.getLong(24)));
        }
        GptHeader header = new GptHeader(
                lba,
                sector.getLong(32),
                sector.getLong(40),
                sector.getLong(48),
                Guid.read(sector, 56),
                sector.getLong(72),
                sector.getInt(80),
                sector.getInt(84),
                sector.getInt(88));
        header.check(sectors, sectorSize);
        return header;
    }

    private void check(long sectors, int sectorSize) throws VolumeException {
        if (firstUsable < 0 || firstUsable > lastUsable || lastUsable < 0) {
            throw broken("names no usable range");
        }
        if (entrySize < GptEntry.SMALLEST || Integer.bitCount(entrySize) != 1) {
            throw broken("has entries of " + Integer.toUnsignedString(entrySize) + " bytes");
        }
        if (slots < 1 || arrayBytes() > MOST_ARRAY_BYTES) {
            throw broken("has " + Integer.toUnsignedString(slots) + " entries");
        }
        if (entriesAt < 2 || entriesAt > sectors - arraySectors(sectorSize)) {
            throw broken("has its entries beyond the disk's end");
        }
    }

    long arrayBytes() {
        return (long) slots * entrySize;
    }

    long arraySectors(int sectorSize) {
        return Math.ceilDiv(arrayBytes(), sectorSize);
    }

    /** The array of entries, checked against its checksum. */
    ByteBuffer readArray(VirtualDisk disk, int sectorSize) throws IOException {
        ByteBuffer array = Sectors.read(disk, entriesAt * sectorSize, Math.toIntExact(arrayBytes()));
        if (sum(array) != entriesSum) {
            throw broken("has entries with a wrong checksum");
        }
        return array;
    }

    /** Its sector, with the checksum. */
    ByteBuffer write(int sectorSize) {
        ByteBuffer sector = Sectors.zeros(sectorSize);
        sector.putLong(0, MAGIC);
        sector.putInt(8, REVISION);
        sector.putInt(12, SIZE);
        sector.putLong(24, self);
        sector.putLong(32, other);
        sector.putLong(40, firstUsable);
        sector.putLong(48, lastUsable);
        Guid.write(sector, 56, disk);
        sector.putLong(72, entriesAt);
        sector.putInt(80, slots);
        sector.putInt(84, entrySize);
        sector.putInt(88, entriesSum);
        sector.putInt(16, sum(sector.slice(0, SIZE)));
        return sector;
    }

    static int sum(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.duplicate().clear());
        return (int) crc.getValue();
    }

    private static VolumeException broken(String what) {
        return new VolumeException(Kind.MALFORMED, what);
    }
}
