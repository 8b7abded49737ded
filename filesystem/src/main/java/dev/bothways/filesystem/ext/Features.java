package dev.bothways.filesystem.ext;

import dev.bothways.filesystem.FileSystemKind;
import dev.bothways.filesystem.VolumeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The feature bits of a superblock. An incompatible feature is honoured or the file system is refused by its name; an
 * unknown read-only compatible one leaves it readable.
 */
record Features(int compatible, int incompatible, int readOnlyCompatible) {
    static final int COMPAT_HAS_JOURNAL = 0x4;
    static final int COMPAT_DIR_INDEX = 0x20;
    static final int COMPAT_SPARSE_SUPER2 = 0x200;
    static final int COMPAT_ORPHAN_FILE = 0x1000;

    static final int INCOMPAT_FILETYPE = 0x2;
    static final int INCOMPAT_RECOVER = 0x4;
    static final int INCOMPAT_META_BG = 0x10;
    static final int INCOMPAT_EXTENTS = 0x40;
    static final int INCOMPAT_64BIT = 0x80;
    static final int INCOMPAT_MMP = 0x100;
    static final int INCOMPAT_FLEX_BG = 0x200;
    static final int INCOMPAT_EA_INODE = 0x400;
    static final int INCOMPAT_CSUM_SEED = 0x2000;
    static final int INCOMPAT_LARGEDIR = 0x4000;
    static final int INCOMPAT_INLINE_DATA = 0x8000;
    static final int INCOMPAT_ENCRYPT = 0x10000;
    static final int INCOMPAT_CASEFOLD = 0x20000;

    static final int RO_SPARSE_SUPER = 0x1;
    static final int RO_LARGE_FILE = 0x2;
    static final int RO_BTREE_DIR = 0x4;
    static final int RO_HUGE_FILE = 0x8;
    static final int RO_GDT_CSUM = 0x10;
    static final int RO_DIR_NLINK = 0x20;
    static final int RO_EXTRA_ISIZE = 0x40;
    static final int RO_QUOTA = 0x100;
    static final int RO_BIGALLOC = 0x200;
    static final int RO_METADATA_CSUM = 0x400;
    static final int RO_PROJECT = 0x2000;
    static final int RO_VERITY = 0x8000;
    static final int RO_ORPHAN_PRESENT = 0x10000;

    private static final int READ_INCOMPAT = INCOMPAT_FILETYPE
            | INCOMPAT_RECOVER
            | INCOMPAT_META_BG
            | INCOMPAT_EXTENTS
            | INCOMPAT_64BIT
            | INCOMPAT_MMP
            | INCOMPAT_FLEX_BG
            | INCOMPAT_EA_INODE
            | INCOMPAT_CSUM_SEED
            | INCOMPAT_LARGEDIR
            | INCOMPAT_INLINE_DATA
            | INCOMPAT_ENCRYPT
            | INCOMPAT_CASEFOLD;

    private static final int WRITE_RO_COMPAT = RO_SPARSE_SUPER
            | RO_LARGE_FILE
            | RO_BTREE_DIR
            | RO_HUGE_FILE
            | RO_GDT_CSUM
            | RO_DIR_NLINK
            | RO_EXTRA_ISIZE
            | RO_METADATA_CSUM
            | RO_PROJECT
            | RO_VERITY
            | RO_ORPHAN_PRESENT;

    private static final int EXT3_INCOMPAT = INCOMPAT_FILETYPE | INCOMPAT_RECOVER | INCOMPAT_META_BG;
    private static final int EXT3_RO_COMPAT = RO_SPARSE_SUPER | RO_LARGE_FILE | RO_BTREE_DIR;

    private static final Map<Integer, String> INCOMPAT_NAMES = Map.of(
            0x1, "compression",
            0x8, "journal_dev (it is another file system's journal)",
            0x100, "mmp",
            0x1000, "dirdata");

    private static final Map<Integer, String> RO_NAMES = Map.of(
            0x80, "snapshot",
            0x100, "quota",
            0x200, "bigalloc",
            0x800, "replica",
            0x1000, "readonly",
            0x4000, "shared_blocks");

    Features withReadOnly(int bit, boolean on) {
        int changed = on ? readOnlyCompatible | bit : readOnlyCompatible & ~bit;
        return new Features(compatible, incompatible, changed);
    }

    Features withoutIncompatible(int bit) {
        return new Features(compatible, incompatible & ~bit, readOnlyCompatible);
    }

    boolean compatible(int bit) {
        return (compatible & bit) != 0;
    }

    boolean incompatible(int bit) {
        return (incompatible & bit) != 0;
    }

    boolean readOnly(int bit) {
        return (readOnlyCompatible & bit) != 0;
    }

    /** Group descriptors carry checksums, and groups may be uninitialised. */
    boolean groupChecksums() {
        return readOnly(RO_GDT_CSUM | RO_METADATA_CSUM);
    }

    /** All metadata carries checksums. */
    boolean metadataChecksums() {
        return readOnly(RO_METADATA_CSUM);
    }

    /** What {@code blkid} calls a file system with these features. */
    FileSystemKind kind() {
        if ((incompatible & ~EXT3_INCOMPAT) != 0 || (readOnlyCompatible & ~EXT3_RO_COMPAT) != 0) {
            return FileSystemKind.EXT4;
        }
        return compatible(COMPAT_HAS_JOURNAL) ? FileSystemKind.EXT3 : FileSystemKind.EXT2;
    }

    /** Refuses, by name, what cannot be read. */
    void requireReadable() throws VolumeException {
        int unknown = incompatible & ~READ_INCOMPAT;
        if (unknown != 0) {
            throw Faults.unsupported("has the feature " + names(unknown, INCOMPAT_NAMES, "incompat")
                    + ", which is not read; copy its files to a file system without it");
        }
    }

    /** Why a file system with these features is not written, by name; empty where it may be. */
    Optional<String> obstacleToWriting() {
        int unknown = readOnlyCompatible & ~WRITE_RO_COMPAT;
        if (unknown != 0) {
            return Optional.of(names(unknown, RO_NAMES, "ro_compat"));
        }
        return incompatible(INCOMPAT_MMP)
                ? Optional.of(names(INCOMPAT_MMP, INCOMPAT_NAMES, "incompat"))
                : Optional.empty();
    }

    private static String names(int bits, Map<Integer, String> known, String set) {
        List<String> names = new ArrayList<>();
        for (int bit = Integer.lowestOneBit(bits); bit != 0; bit = Integer.lowestOneBit(bits)) {
            names.add(new TreeMap<>(known).getOrDefault(bit, set + " bit 0x" + Integer.toHexString(bit)));
            bits &= ~bit;
        }
        return String.join(", ", names);
    }
}
