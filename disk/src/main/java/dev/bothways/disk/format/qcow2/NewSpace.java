package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The clusters of a new file, given out one behind the other, and how often each is used. */
final class NewSpace {
    static final int REFCOUNT_ORDER = 4;
    private static final int MOST_USES = 0xFFFF;

    private final int clusterBytes;
    /** Of clusters that hold compressed ones, how many; 0 of others, which are used once. */
    private char[] packedUses = new char[0];

    private long end;
    /** Where the next compressed cluster may begin; at a whole cluster if there is none with room. */
    private long packedEnd;

    /** A file whose first cluster is the header's. */
    NewSpace(int clusterBytes) {
        this.clusterBytes = clusterBytes;
        this.end = clusterBytes;
    }

    /** Where the table of refcounts lies. */
    record Refcounts(long tableOffset, int tableClusters) {}

    /** The length of the file, in bytes. */
    long end() {
        return end;
    }

    long cluster() {
        return clusters(1);
    }

    long clusters(long count) {
        long at = end;
        end += count * clusterBytes;
        return at;
    }

    /** Room for {@code bytes} bytes, fewer than a cluster, right behind the ones before if that can be. */
    long packed(int bytes) {
        int room = (int) (Math.ceilDiv(packedEnd, clusterBytes) * clusterBytes - packedEnd);
        boolean last = packedEnd + room == end;
        if (room == 0 || (bytes > room && !last) || uses(packedEnd / clusterBytes) == MOST_USES) {
            packedEnd = cluster();
        }
        long at = packedEnd;
        packedEnd += bytes;
        if (packedEnd > end) {
            cluster();
        }
        for (long cluster = at / clusterBytes; cluster <= (packedEnd - 1) / clusterBytes; cluster++) {
            use(Math.toIntExact(cluster));
        }
        return at;
    }

    private void use(int cluster) {
        if (cluster >= packedUses.length) {
            packedUses = Arrays.copyOf(packedUses, Math.max(1024, cluster + cluster / 2 + 1));
        }
        packedUses[cluster]++;
    }

    private int uses(long cluster) {
        return cluster < packedUses.length ? packedUses[(int) cluster] : 0;
    }

    /** Writes the refcounts of the whole file, their own among them. */
    Refcounts writeRefcounts(HostFile file) throws IOException {
        long used = end / clusterBytes;
        int perBlock = clusterBytes / Short.BYTES;
        long blocks = 0;
        long tables = 0;
        while (blocks < Math.ceilDiv(used + blocks + tables, perBlock)
                || tables < Math.ceilDiv(blocks * Long.BYTES, clusterBytes)) {
            blocks = Math.ceilDiv(used + blocks + tables, perBlock);
            tables = Math.ceilDiv(blocks * Long.BYTES, clusterBytes);
        }
        long blocksAt = clusters(blocks);
        long tableAt = clusters(tables);
        ByteBuffer table = ByteBuffer.allocate((int) (tables * clusterBytes));
        for (long block = 0; block < blocks; block++) {
            file.write(blocksAt + block * clusterBytes, block(block * perBlock, end / clusterBytes));
            table.putLong(blocksAt + block * clusterBytes);
        }
        file.write(tableAt, table.clear());
        return new Refcounts(tableAt, (int) tables);
    }

    private ByteBuffer block(long first, long clusters) {
        ByteBuffer block = ByteBuffer.allocate(clusterBytes);
        for (long cluster = first; cluster < clusters && block.hasRemaining(); cluster++) {
            block.putShort((short) Math.max(1, uses(cluster)));
        }
        return block.clear();
    }
}
