package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.ImageWriter;
import io.airlift.compress.v3.zstd.ZstdCompressor;
import io.airlift.compress.v3.zstd.ZstdNativeCompressor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Packs clusters into one Zstandard frame each. */
final class ZstdClusters implements ImageWriter.Packer {
    /** Clusters are too small for the higher levels to gain much: 2 % of size for a quarter of the time. */
    private static final int LEVEL = 1;

    private final ZstdCompressor compressor =
            ZstdNativeCompressor.isEnabled() ? new ZstdNativeCompressor(LEVEL) : ZstdCompressor.create();
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
