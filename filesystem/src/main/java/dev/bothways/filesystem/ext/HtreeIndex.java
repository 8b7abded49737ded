package dev.bothways.filesystem.ext;

import static dev.bothways.filesystem.ext.LittleEndian.put32;
import static dev.bothways.filesystem.ext.LittleEndian.s32;
import static dev.bothways.filesystem.ext.LittleEndian.u16;
import static dev.bothways.filesystem.ext.LittleEndian.u32;
import static dev.bothways.filesystem.ext.LittleEndian.u8;

import dev.bothways.filesystem.VolumeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The index of a large directory: a tree of (hash, block) pairs that stands in blocks which look like free room to a
 * reader that knows no index. Block 0 holds the root behind {@code .} and {@code ..}.
 */
final class HtreeIndex {
    /** Where the pairs begin in the root, and in the other nodes. The first pair's hash is room and count. */
    static final int ROOT_PAIRS = 32;

    static final int NODE_PAIRS = 8;
    private static final int PAIR = 8;
    private static final int TAIL = 8;

    private final Volume volume;

    HtreeIndex(Volume volume) {
        this.volume = volume;
    }

    /** A node on the way down, and the pair that was taken. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Step(byte[] bytes, int pairs, int count, int taken) {
        int hash(int pair) {
            return s32(bytes, pairs + pair * PAIR);
        }

        long block(int pair) {
            return u32(bytes, pairs + pair * PAIR + 4) & 0x0fff_ffff;
        }

        Step take(int pair) {
            return new Step(bytes, pairs, count, pair);
        }
    }

    /** How many pairs fit into a node. */
    int room(int pairs) {
        int tail = volume.checksums().on() ? TAIL : 0;
        return (volume.store().blockSize() - pairs - tail) / PAIR;
    }

    /** Levels of nodes below the root that the features allow. */
    int maxLevels() {
        return volume.superblock().features().incompatible(Features.INCOMPAT_LARGEDIR) ? 2 : 1;
    }

    /** The number of the directory's hash function. */
    static int hashNumber(byte[] root) {
        return u8(root, 28);
    }

    /**
     * The blocks of the directory that may hold a name of this hash, in order: one, or more where names of the same hash
     * go on in the next block.
     */
    List<Long> leaves(Inode directory, byte[] root, int hash) throws IOException {
        int levels = u8(root, 30);
        if (u8(root, 29) != 8 || levels > maxLevels() || u8(root, 31) % 2 != 0) {
            throw wrong(directory, "has no valid root");
        }
        List<Step> path = new ArrayList<>();
        Step step = find(node(directory, root, ROOT_PAIRS), hash);
        path.add(step);
        for (int level = 0; level < levels; level++) {
            step = find(node(directory, volume.directoryBlock(directory, step.block(step.taken())), NODE_PAIRS), hash);
            path.add(step);
        }
        List<Long> leaves = new ArrayList<>();
        do {
            Step last = path.getLast();
            leaves.add(last.block(last.taken()));
            if (leaves.size() > volume.directory().blocks(directory)) {
                throw wrong(directory, "leads to more blocks than there are");
            }
        } while (goesOn(directory, path, hash));
        return leaves;
    }

    private Step node(Inode directory, byte[] bytes, int pairs) throws VolumeException {
        int room = u16(bytes, pairs);
        int count = u16(bytes, pairs + 2);
        if (room != room(pairs) || count < 1 || count > room) {
            throw wrong(directory, "has a node with " + count + " entries in room for " + room);
        }
        if (volume.checksums().on() && s32(bytes, tail(pairs) + 4) != checksum(directory, bytes, pairs)) {
            throw wrong(directory, "has a wrong checksum");
        }
        return new Step(bytes, pairs, count, 0);
    }

    private static VolumeException wrong(Inode directory, String what) {
        return Faults.malformed("the index of directory inode " + directory.number() + " " + what);
    }

    private static Step find(Step node, int hash) {
        int low = 1;
        int high = node.count();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Integer.compareUnsigned(node.hash(middle), hash) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return node.take(low - 1);
    }

    /** Steps on to the next leaf if names of this hash go on there, which its pair tells by an odd hash. */
    private boolean goesOn(Inode directory, List<Step> path, int hash) throws IOException {
        int level = path.size() - 1;
        while (level >= 0 && path.get(level).taken() + 1 >= path.get(level).count()) {
            level--;
        }
        if (level < 0) {
            return false;
        }
        Step step = path.get(level).take(path.get(level).taken() + 1);
        int next = step.hash(step.taken());
        if ((next & 1) == 0 || (next & ~1) != hash) {
            return false;
        }
        path.set(level, step);
        for (int below = level + 1; below < path.size(); below++) {
            step = node(directory, volume.directoryBlock(directory, step.block(step.taken())), NODE_PAIRS);
            path.set(below, step);
        }
        return true;
    }

    private int tail(int pairs) {
        return pairs + room(pairs) * PAIR;
    }

    private int checksum(Inode directory, byte[] bytes, int pairs) {
        CRC32C crc = volume.checksums().begin(directory);
        crc.update(bytes, 0, pairs + u16(bytes, pairs + 2) * PAIR);
        crc.update(bytes, tail(pairs), 4);
        crc.update(new byte[4]);
        return Checksums.end(crc);
    }

    /** Brings a node's checksum up to date. */
    void seal(Inode directory, byte[] bytes, int pairs) {
        if (volume.checksums().on()) {
            put32(bytes, tail(pairs) + 4, checksum(directory, bytes, pairs));
        }
    }
}
