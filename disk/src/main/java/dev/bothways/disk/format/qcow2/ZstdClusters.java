package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.ImageWriter;
import io.airlift.compress.v3.zstd.ZstdCompressor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Packs clusters into one Zstandard frame each. */
final class ZstdClusters implements ImageWriter.Packer {
    private final ZstdCompressor compressor = ZstdCompressor.create();
    private final ByteBuffer room;
    private final int most;

    /** Packs clusters that become no more than {@code most} bytes. */
    ZstdClusters(int clusterBytes, int most) {
        this.room = ByteBuffer.allocateDirect(compressor.maxCompressedLength(clusterBytes));
        this.most = most;
    }

    @Override
    public boolean pack(long offset, ByteBuffer unit, ByteBuffer packed) {
        int count = compressor.compress(MemorySegment.ofBuffer(unit), MemorySegment.ofBuffer(room.clear()));
        if (count > most) {
            return false;
        }
        packed.put(room.clear().limit(count));
        return true;
    }

    @Override
    public void close() {}
}
