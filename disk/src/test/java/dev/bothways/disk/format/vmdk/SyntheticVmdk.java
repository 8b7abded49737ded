package dev.bothways.disk.format.vmdk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Extents of ESX(i) that nothing at hand writes, made byte by byte. */
final class SyntheticVmdk {
    private static final int SECTOR = 512;

    private SyntheticVmdk() {}

    /** A disk with these bytes in an extent of each kind: vmfsSparse, seSparse, and flat. */
    static Path mixed(Path folder, byte[] bytes) throws IOException {
        int third = bytes.length / 3 / SECTOR * SECTOR;
        Files.write(folder.resolve("a-delta.vmdk"), cow(Arrays.copyOfRange(bytes, 0, third), 1));
        Files.write(folder.resolve("a-sesparse.vmdk"), seSparse(Arrays.copyOfRange(bytes, third, 2 * third)));
        Files.write(folder.resolve("a-flat.vmdk"), Arrays.copyOfRange(bytes, 2 * third, bytes.length));
        return Files.writeString(folder.resolve("a.vmdk"), """
                # Disk DescriptorFile
                version=1
                CID=fffffffe
                parentCID=ffffffff
                createType="custom"
                RW %d VMFSSPARSE "a-delta.vmdk"
                RW %d SESPARSE "a-sesparse.vmdk"
                RW %d VMFS "a-flat.vmdk"
                """.formatted(
                        third / SECTOR, third / SECTOR, (bytes.length - 2 * third) / SECTOR));
    }

    /** A disk of one extent of this type in a file of these bytes. */
    static Path single(Path folder, String type, byte[] extent, long size) throws IOException {
        Files.write(folder.resolve("one-extent.vmdk"), extent);
        return Files.writeString(folder.resolve("one.vmdk"), """
                # Disk DescriptorFile
                version=1
                CID=fffffffe
                parentCID=ffffffff
                createType="%s"

                # Extent description
                RW %d %s "one-extent.vmdk"

                # The Disk Data Base
                #DDB

                ddb.adapterType = "lsilogic"
                """.formatted(
                        type.equals("SESPARSE") ? "seSparse" : "vmfsSparse", size / SECTOR, type));
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < Math.min(to, bytes.length); i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** A copy-on-write extent with grains of so many sectors; those of zeros are left out. */
    static byte[] cow(byte[] bytes, int grainSectors) {
        int grainBytes = grainSectors * SECTOR;
        int grains = Math.ceilDiv(bytes.length, grainBytes);
        int tables = Math.ceilDiv(grains, 4096);
        int tablesAt = 4 + Math.ceilDiv(tables * 4, SECTOR);
        int grainsAt = tablesAt + tables * 32;
        ByteBuffer out =
                ByteBuffer.allocate((grainsAt + grains * grainSectors) * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        int next = grainsAt;
        for (int grain = grains - 1; grain >= 0; grain--) {
            if (!isZero(bytes, grain * grainBytes, (grain + 1) * grainBytes)) {
                out.putInt(tablesAt * SECTOR + grain * 4, next);
                int from = grain * grainBytes;
                out.put(next * SECTOR, bytes, from, Math.min(grainBytes, bytes.length - from));
                next += grainSectors;
            }
        }
        for (int table = 0; table < tables; table++) {
            out.putInt(4 * SECTOR + table * 4, tablesAt + table * 32);
        }
        out.putInt(0x4457_4F43).putInt(1).putInt(3);
        out.putInt(bytes.length / SECTOR)
                .putInt(grainSectors)
                .putInt(4)
                .putInt(tables)
                .putInt(next);
        return Arrays.copyOf(out.array(), next * SECTOR);
    }

    /** A space-efficient extent; grains of zeros are absent, unmapped or zero in turn. */
    static byte[] seSparse(byte[] bytes) {
        int grains = Math.ceilDiv(bytes.length, 4096);
        int tables = Math.ceilDiv(grains, 4096);
        int directorySectors = Math.ceilDiv(tables * 8, SECTOR);
        int tablesAt = 16 + directorySectors;
        int grainsAt = (tablesAt + tables * 64 + 7) / 8 * 8;
        ByteBuffer out = ByteBuffer.allocate((grainsAt + grains * 8) * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(0xCAFE_BABEL).putLong(0x2_0000_0001L).putLong(bytes.length / SECTOR);
        out.putLong(8).putLong(64);
        long[] regions = {
            1, 1, 2, 2, 4, 2, 16, directorySectors, tablesAt, tables * 64L, 6, 1, 7, 1, grainsAt, grains * 8L
        };
        for (int i = 0; i < regions.length; i++) {
            out.putLong(80 + 8 * i, regions[i]);
        }
        out.putLong(SECTOR, 0xCAFE_CAFEL);
        for (int table = 0; table < tables; table++) {
            // The last table of the file is the first of the disk.
            out.putLong(16 * SECTOR + 8 * table, 0x1000_0000_0000_0000L | (tables - 1 - table));
        }
        for (int grain = 0; grain < grains; grain++) {
            int from = grain * 4096;
            int table = tables - 1 - grain / 4096;
            long entry = (long) (grain % 3) << 60;
            if (!isZero(bytes, from, from + 4096)) {
                long place = grains - 1L - grain;
                entry = 0x3000_0000_0000_0000L | (place & 0xFFF) << 48 | place >>> 12;
                out.put((int) (grainsAt + place * 8) * SECTOR, bytes, from, Math.min(4096, bytes.length - from));
            }
            out.putLong((tablesAt + table * 64) * SECTOR + grain % 4096 * 8, entry);
        }
        return out.array();
    }
}
