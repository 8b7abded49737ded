package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.format.mapped.PackedPieces;
import dev.bothways.disk.format.packed.DeflateUnpacker;
import dev.bothways.disk.format.packed.DeflateWrapping;

/** How clusters are compressed. */
enum ClusterCompression {
    /** Raw deflate (RFC 1951). */
    ZLIB,
    /** Frames of Zstandard (RFC 8878). */
    ZSTD;

    /** The one with this number in the header. */
    static ClusterCompression of(int number) {
        return number == Qcow2Header.ZSTD ? ZSTD : ZLIB;
    }

    PackedPieces.Unpacker unpacker() {
        return switch (this) {
            case ZLIB -> new DeflateUnpacker(DeflateWrapping.RAW)::unpack;
            case ZSTD -> ZstdUnpack::unpack;
        };
    }

    /** What packs clusters one after the other; one thread has it. */
    ImageWriter.Packer packer(int clusterBytes) {
        // What gains next to nothing is read faster as it is.
        int most = clusterBytes - clusterBytes / 16;
        return switch (this) {
            case ZLIB -> new DeflateClusters(most);
            case ZSTD -> new ZstdClusters(clusterBytes, most);
        };
    }
}
