package dev.bothways.disk.format.parallels;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Parallels images and descriptors made for tests, byte by byte from the specification. */
final class ParallelsSample {
    static final String TOP = "{5fbaabe3-6958-40ff-92a7-860e329aab41}";
    static final String FIRST = "{11111111-0000-0000-0000-000000000001}";
    static final String SECOND = "{22222222-0000-0000-0000-000000000002}";
    static final String NONE = "{00000000-0000-0000-0000-000000000000}";

    private ParallelsSample() {}

    /**
     * Writes an expanding image whose clusters lie in a random order.
     *
     * @param there which clusters are in it
     * @param extended the later kind, or else the older one, of which {@code clusterSectors} may be odd
     */
    static Path write(Path path, byte[] content, boolean[] there, int clusterSectors, boolean extended, Random random)
            throws IOException {
        int cluster = clusterSectors * 512;
        int clusters = there.length;
        int tableEnd = 64 + 4 * clusters;
        int dataAt = Math.ceilDiv(tableEnd, extended ? cluster : 512) * (extended ? cluster : 512);
        ByteBuffer out = ByteBuffer.allocate(dataAt + clusters * cluster).order(ByteOrder.LITTLE_ENDIAN);
        out.put((extended ? "WithouFreSpacExt" : "WithoutFreeSpace").getBytes(StandardCharsets.US_ASCII));
        out.putInt(2).putInt(16).putInt(100).putInt(clusterSectors).putInt(clusters);
        out.putLong(content.length / 512).putInt(0x312E3276).putInt(extended ? dataAt / 512 : 0);
        int[] order = random.ints(0, clusters).distinct().limit(clusters).toArray();
        int end = dataAt;
        for (int i : order) {
            if (there[i]) {
                out.putInt(64 + 4 * i, end / (extended ? cluster : 512));
                int length = Math.min(cluster, content.length - i * cluster);
                out.put(end, content, i * cluster, length);
                end += cluster;
            }
        }
        return Files.write(path, Arrays.copyOf(out.array(), end));
    }

    /** Which clusters of a content are not zeros. */
    static boolean[] nonzero(byte[] content, int cluster) {
        boolean[] there = new boolean[Math.ceilDiv(content.length, cluster)];
        for (int i = 0; i < content.length; i++) {
            there[i / cluster] |= content[i] != 0;
        }
        return there;
    }

    static String image(String id, String type, String file) {
        return "<Image><GUID>%s</GUID><Type>%s</Type><File>%s</File></Image>".formatted(id, type, file);
    }

    static String storage(long start, long end, String... images) {
        return "<Storage><Start>%d</Start><End>%d</End><Blocksize>2048</Blocksize>%s</Storage>"
                .formatted(start, end, String.join("", images));
    }

    static String shot(String id, String parent) {
        return "<Shot><GUID>%s</GUID><ParentGUID>%s</ParentGUID></Shot>".formatted(id, parent);
    }

    /** Writes a descriptor into a folder, which is the disk. */
    static Path describe(Path folder, long sectors, List<String> storages, String... shots) throws IOException {
        Files.writeString(folder.resolve("DiskDescriptor.xml"), """
                <?xml version='1.0' encoding='UTF-8'?>
                <Parallels_disk_image Version="1.0">
                  <Disk_Parameters><Disk_size>%d</Disk_size><Padding>0</Padding>
                    <Encryption><Engine>{00000000-0000-0000-0000-000000000000}</Engine></Encryption>
                    <UID>{0610bb35-447e-4aae-aa79-f1571d969081}</UID></Disk_Parameters>
                  <StorageData>%s</StorageData><Snapshots>%s</Snapshots>
                </Parallels_disk_image>
                """.formatted(
                        sectors, String.join("", storages), String.join("", shots)));
        return folder;
    }
}
