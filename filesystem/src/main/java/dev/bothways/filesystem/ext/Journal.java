package dev.bothways.filesystem.ext;

import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.ext.BlockStore.JournalCopy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The journal (jbd2, big-endian): transactions of descriptor blocks with the blocks they name, revocations, and a commit
 * block. {@link #replay} finds, of every block of the file system, the newest committed copy that was not revoked.
 *
 * <p>A transaction counts only where its commit block is there and every checksum that the journal's features promise is
 * right; the log ends at the first that is not, unless a later one shows that the journal is damaged.
 */
final class Journal {
    private static final int MAGIC = 0xC03B3998;
    private static final int DESCRIPTOR = 1;
    private static final int COMMIT = 2;
    private static final int SUPERBLOCK_V1 = 3;
    private static final int SUPERBLOCK_V2 = 4;
    private static final int REVOKE = 5;

    private static final int COMPAT_CHECKSUM = 1;
    private static final int INCOMPAT_REVOKE = 1;
    private static final int INCOMPAT_64BIT = 2;
    private static final int INCOMPAT_ASYNC_COMMIT = 4;
    private static final int INCOMPAT_CSUM_V2 = 8;
    private static final int INCOMPAT_CSUM_V3 = 0x10;
    private static final int INCOMPAT_FAST_COMMIT = 0x20;
    private static final int KNOWN_INCOMPAT = INCOMPAT_REVOKE
            | INCOMPAT_64BIT
            | INCOMPAT_ASYNC_COMMIT
            | INCOMPAT_CSUM_V2
            | INCOMPAT_CSUM_V3
            | INCOMPAT_FAST_COMMIT;

    private static final int TAG_ESCAPED = 1;
    private static final int TAG_SAME_UUID = 2;
    private static final int TAG_LAST = 8;
    private static final int HEAD = 12;
    private static final int MAX_REVOKED = 1 << 22;
    private static final int DEFAULT_FAST_COMMIT_BLOCKS = 256;

    private final Volume volume;
    private final Inode inode;
    private final byte[] superblock;
    private final int compat;
    private final int incompat;
    private final long first;
    private final long end;
    private final byte[] seed;
    private final Layout layout;

    /** One block of the file system in the log. */
    private record Tag(long target, long source, boolean escaped) {}

    /** What one committed transaction says. */
    private record Transaction(int sequence, List<Tag> tags, List<Long> revoked) {}

    private Journal(Volume volume, Inode inode) throws IOException {
        this.volume = volume;
        this.inode = inode;
        this.layout = volume.map(inode).load(inode);
        this.superblock = volume.store().read(physical(0));
        ByteBuffer fields = big(superblock);
        int type = fields.getInt(4);
        int blockSize = fields.getInt(12);
        if (fields.getInt(0) != MAGIC || (type != SUPERBLOCK_V1 && type != SUPERBLOCK_V2)) {
            throw damaged("has no superblock");
        }
        this.compat = type == SUPERBLOCK_V2 ? fields.getInt(0x24) : 0;
        this.incompat = type == SUPERBLOCK_V2 ? fields.getInt(0x28) : 0;
        if ((incompat & ~KNOWN_INCOMPAT) != 0) {
            throw Faults.unsupported("has a journal with the unknown feature bits 0x"
                    + Integer.toHexString(incompat & ~KNOWN_INCOMPAT) + "; mount it once where it was made");
        }
        long length = fields.getInt(16) & 0xffff_ffffL;
        this.first = fields.getInt(20) & 0xffff_ffffL;
        long fast = has(INCOMPAT_FAST_COMMIT) ? fastCommitBlocks(fields) : 0;
        this.end = length - fast;
        long blocks = inode.size() / volume.store().blockSize();
        if (blockSize != volume.store().blockSize() || length > blocks || first < 1 || first >= end) {
            throw damaged(
                    "is " + length + " blocks of " + blockSize + " bytes long in a file of " + blocks + " blocks");
        }
        this.seed = Checksums.prefixFor(Checksums.seedOf(Arrays.copyOfRange(superblock, 0x30, 0x40)));
        if (checksummed() && checksumOfSuperblock(superblock) != fields.getInt(0xFC)) {
            throw damaged("has a wrong checksum in its superblock");
        }
    }

    private static long fastCommitBlocks(ByteBuffer fields) {
        long count = fields.getInt(0x54) & 0xffff_ffffL;
        return count == 0 ? DEFAULT_FAST_COMMIT_BLOCKS : count;
    }

    /** The journal inside this file system. One on another device is refused. */
    static Journal open(Volume volume) throws IOException {
        long number = volume.superblock().journalInode();
        if (number == 0) {
            throw Faults.unsupported("keeps its journal on another device (external journal), and it was not shut down"
                    + " cleanly; mount it once with its journal");
        }
        return new Journal(volume, volume.inodes().read(number));
    }

    private boolean has(int bit) {
        return (incompat & bit) != 0;
    }

    private boolean checksummed() {
        return has(INCOMPAT_CSUM_V2 | INCOMPAT_CSUM_V3);
    }

    private static VolumeException damaged(String what) {
        return Faults.malformed("its journal " + what);
    }

    private static ByteBuffer big(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN);
    }

    private long physical(long logical) throws IOException {
        int low = 0;
        int high = layout.runs().size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Run run = layout.runs().get(middle);
            if (logical < run.logical()) {
                high = middle - 1;
            } else if (logical >= run.end()) {
                low = middle + 1;
            } else {
                return run.from(logical).physical();
            }
        }
        throw damaged("has no block " + logical + " in inode " + inode.number());
    }

    /** Puts back the first four bytes of a block that began with the journal's own magic number. */
    static void unescape(byte[] block) {
        big(block).putInt(0, MAGIC);
    }

    /** What a replay has to do: the newest copies of blocks, and the sequence number to go on with afterwards. */
    record Replay(NavigableMap<Long, JournalCopy> copies, int nextSequence) {}

    /** Reads the log, changing nothing. */
    Replay replay() throws IOException {
        ByteBuffer fields = big(superblock);
        long start = fields.getInt(28) & 0xffff_ffffL;
        int sequence = fields.getInt(24);
        List<Transaction> transactions = start == 0 ? List.of() : new Scan(start, sequence).committed();
        Map<Long, Integer> revoked = new HashMap<>();
        for (Transaction transaction : transactions) {
            transaction.revoked().forEach(block -> revoked.put(block, transaction.sequence()));
        }
        NavigableMap<Long, JournalCopy> copies = new TreeMap<>();
        for (Transaction transaction : transactions) {
            for (Tag tag : transaction.tags()) {
                Integer revocation = revoked.get(tag.target());
                if (revocation == null || revocation - transaction.sequence() < 0) {
                    copies.put(tag.target(), new JournalCopy(tag.source(), tag.escaped()));
                }
            }
        }
        if (!copies.isEmpty() && copies.lastKey() >= volume.superblock().blocks()) {
            throw damaged("names block " + copies.lastKey() + " beyond the file system's end");
        }
        requireNoFastCommits(sequence + transactions.size());
        // One is skipped: blocks of the transaction that was never committed may still lie in the log.
        return new Replay(copies, sequence + transactions.size() + (start == 0 ? 0 : 1));
    }

    /** Marks the log as empty, as part of the running edit. */
    void clear(Replay replay) throws IOException {
        byte[] changed = volume.store().edit(physical(0));
        ByteBuffer fields = big(changed);
        fields.putInt(24, replay.nextSequence());
        fields.putInt(28, 0);
        if (checksummed()) {
            fields.putInt(0xFC, checksumOfSuperblock(changed));
        }
    }

    /**
     * Fast commits change files by deeds, not by blocks, and are not played back. The area counts only where it begins
     * with a head tag (9) for the transaction after the last whole one.
     */
    private void requireNoFastCommits(int next) throws IOException {
        if (!has(INCOMPAT_FAST_COMMIT)) {
            return;
        }
        ByteBuffer area =
                ByteBuffer.wrap(volume.store().read(physical(end + 1))).order(ByteOrder.LITTLE_ENDIAN);
        boolean head = area.getShort(0) == 9 && area.getShort(2) >= 8;
        if (head && area.getInt(8) == next) {
            throw Faults.unsupported(
                    "has fast commits in its journal, which are not played back; mount it once on Linux");
        }
    }

    /** The superblock's own does not begin with the journal's seed. */
    private static int checksumOfSuperblock(byte[] block) {
        byte[] copy = Arrays.copyOf(block, 1024);
        big(copy).putInt(0xFC, 0);
        return Checksums.seedOf(copy);
    }

    /** A CRC-32C of a block from the journal's seed, the checksum's own field counted as zero. */
    private int checksumOf(byte[] block, int field) {
        CRC32C crc = seeded();
        crc.update(block, 0, field);
        crc.update(new byte[4]);
        crc.update(block, field + 4, block.length - field - 4);
        return Checksums.end(crc);
    }

    private CRC32C seeded() {
        CRC32C crc = new CRC32C();
        crc.update(seed);
        return crc;
    }

    /** One pass over the log from its start to the last committed transaction. */
    private final class Scan {
        private final List<Transaction> committed = new ArrayList<>();
        private List<Tag> tags = new ArrayList<>();
        private List<Long> revoked = new ArrayList<>();
        private long at;
        private int sequence;
        private long visited;
        private long lastCommitTime;
        private int running = -1;
        private Optional<String> doubt = Optional.empty();

        Scan(long start, int sequence) throws VolumeException {
            if (start < first || start >= end) {
                throw damaged("starts at block " + start + ", outside itself");
            }
            this.at = start;
            this.sequence = sequence;
        }

        List<Transaction> committed() throws IOException {
            boolean more = true;
            while (more && visited < end - first) {
                byte[] block = volume.store().read(physical(at));
                ByteBuffer fields = big(block);
                if (fields.getInt(0) != MAGIC || fields.getInt(8) != sequence) {
                    break;
                }
                step();
                more = switch (fields.getInt(4)) {
                    case DESCRIPTOR -> descriptor(block);
                    case REVOKE -> revoke(block);
                    case COMMIT -> commit(block);
                    default -> false;
                };
            }
            return committed;
        }

        private void step() {
            visited++;
            at++;
            if (at >= end) {
                at = first;
            }
        }

        private boolean tailMatches(byte[] block) {
            int tail = block.length - 4;
            return !checksummed() || big(block).getInt(tail) == checksumOf(block, tail);
        }

        private boolean descriptor(byte[] block) throws IOException {
            if (!tailMatches(block)) {
                // It may be left from an earlier round of the log; only a commit block after it can tell.
                doubt = Optional.of("has a descriptor block with a wrong checksum");
            }
            running = BigEndianCrc.update(running, block);
            ByteBuffer fields = big(block);
            int limit = block.length - (checksummed() ? 4 : 0);
            int tag = HEAD;
            int size = tagSize();
            while (tag + size <= limit) {
                int flags = has(INCOMPAT_CSUM_V3) ? fields.getInt(tag + 4) : fields.getShort(tag + 6);
                long target = fields.getInt(tag) & 0xffff_ffffL;
                if (has(INCOMPAT_64BIT)) {
                    target |= (long) fields.getInt(tag + 8) << 32;
                }
                if (visited >= end - first) {
                    return false;
                }
                long source = physical(at);
                data(source, checksumField(fields, tag));
                tags.add(new Tag(target, source, (flags & TAG_ESCAPED) != 0));
                step();
                tag += size + ((flags & TAG_SAME_UUID) != 0 ? 0 : 16);
                if ((flags & TAG_LAST) != 0) {
                    break;
                }
            }
            return true;
        }

        private int checksumField(ByteBuffer fields, int tag) {
            return has(INCOMPAT_CSUM_V3) ? fields.getInt(tag + 12) : fields.getShort(tag + 4) & 0xffff;
        }

        /** Verifies a block of data before anything is taken from its transaction. */
        private void data(long source, int expected) throws IOException {
            boolean whole = (compat & COMPAT_CHECKSUM) != 0;
            if (!whole && !checksummed()) {
                return;
            }
            byte[] block = volume.store().read(source);
            if (whole) {
                running = BigEndianCrc.update(running, block);
            }
            if (checksummed()) {
                CRC32C crc = seeded();
                crc.update(ByteBuffer.allocate(4).putInt(0, sequence));
                crc.update(block);
                int value = Checksums.end(crc);
                if ((has(INCOMPAT_CSUM_V3) ? value : value & 0xffff) != expected) {
                    doubt = Optional.of("has a block with a wrong checksum");
                }
            }
        }

        private int tagSize() {
            if (has(INCOMPAT_CSUM_V3)) {
                return 16;
            }
            return 8 + (has(INCOMPAT_CSUM_V2) ? 2 : 0) + (has(INCOMPAT_64BIT) ? 4 : 0);
        }

        private boolean revoke(byte[] block) throws VolumeException {
            if (!tailMatches(block)) {
                doubt = Optional.of("has a revocation block with a wrong checksum");
                return true;
            }
            ByteBuffer fields = big(block);
            int used = Math.min(fields.getInt(HEAD), block.length - (checksummed() ? 4 : 0));
            int size = has(INCOMPAT_64BIT) ? 8 : 4;
            for (int i = HEAD + 4; i + size <= used; i += size) {
                revoked.add(size == 8 ? fields.getLong(i) : fields.getInt(i) & 0xffff_ffffL);
            }
            if (revoked.size() > MAX_REVOKED) {
                throw Faults.unsafe("its journal revokes more than " + MAX_REVOKED + " blocks at once");
            }
            return true;
        }

        private boolean commit(byte[] block) throws VolumeException {
            ByteBuffer fields = big(block);
            long time = fields.getLong(0x30);
            boolean right = commitMatches(block, fields);
            if (doubt.isPresent()) {
                if (right && time >= lastCommitTime && !has(INCOMPAT_ASYNC_COMMIT)) {
                    throw damaged(doubt.get() + " in the committed transaction " + Integer.toUnsignedString(sequence));
                }
                return false;
            }
            if (!right) {
                return false;
            }
            lastCommitTime = time;
            committed.add(new Transaction(sequence, tags, revoked));
            tags = new ArrayList<>();
            revoked = new ArrayList<>();
            running = -1;
            sequence++;
            return true;
        }

        private boolean commitMatches(byte[] block, ByteBuffer fields) {
            if (checksummed()) {
                return fields.getInt(0x10) == checksumOf(block, 0x10);
            }
            if ((compat & COMPAT_CHECKSUM) != 0 && block[HEAD] == 1 && block[HEAD + 1] == 4) {
                return fields.getInt(0x10) == running;
            }
            return true;
        }
    }
}
