package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.encryption.LuksVolume;
import dev.bothways.disk.format.mapped.TablePages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The metadata of a file, judged.
 *
 * @param length of the file when it was opened, in bytes
 * @param snapshotsEnd where the table of snapshots ends in the file, 0 if there is none
 * @param backingName the parent's name
 * @param luks the header of the encryption
 * @param words the whole file as 8-byte big-endian numbers, of which tables consist
 */
record Qcow2Structure(
        HostFile file,
        long length,
        Qcow2Header header,
        Qcow2Extensions extensions,
        List<Qcow2Snapshot> snapshots,
        long snapshotsEnd,
        Optional<String> backingName,
        Optional<LuksVolume> luks,
        TablePages words) {
    static final long MOST_L1_BYTES = 32 << 20;
    static final long MOST_REFCOUNT_TABLE_BYTES = 8 << 20;
    private static final int LONGEST_NAME = 1023;

    /**
     * One state of the disk: the present one or a snapshot.
     *
     * @param l1Offset where its table of tables lies
     * @param l1Entries how many entries that has
     */
    record State(long size, long l1Offset, long l1Entries) {}

    /** Reads and judges the metadata of {@code file}. */
    static Qcow2Structure read(HostFile file) throws IOException {
        Qcow2Header header = Qcow2Header.read(file);
        refuse(shapeFault(file, header));
        Qcow2Extensions extensions = Qcow2Extensions.read(file, header);
        refuseUnknown(file, header, extensions);
        refuse(fault(file, header));
        refuse(compressionFault(file, header));
        long length = file.size();
        Qcow2Snapshot.Table snapshots = Qcow2Snapshot.readAll(file, header);
        Qcow2Structure structure = new Qcow2Structure(
                file,
                length,
                header,
                extensions,
                snapshots.snapshots(),
                snapshots.end(),
                backingName(file, header),
                luks(file, header, extensions),
                new TablePages(file::read, 0, length / Long.BYTES, Long.BYTES, ByteOrder.BIG_ENDIAN));
        State now = structure.present();
        structure.checkTable(now, "the table of tables");
        if (Math.ceilDiv(header.size(), header.bytesPerTable()) > now.l1Entries) {
            throw malformed(
                    file,
                    36,
                    "its table of tables has %d entries, too few for a disk of %d bytes"
                            .formatted(now.l1Entries, header.size()));
        }
        return structure;
    }

    private static void refuse(Optional<DiskImageException> fault) throws DiskImageException {
        if (fault.isPresent()) {
            throw fault.get();
        }
    }

    /** What keeps from reading on behind the header. */
    private static Optional<DiskImageException> shapeFault(HostFile file, Qcow2Header header) {
        int bits = header.clusterBits();
        int lowest = header.has(Qcow2Header.EXTENDED)
                ? Qcow2Header.SMALLEST_EXTENDED_BITS
                : Qcow2Header.SMALLEST_CLUSTER_BITS;
        if (bits < lowest || bits > Qcow2Header.LARGEST_CLUSTER_BITS) {
            String message = "its clusters are said to have 2^%s bytes; from 2^%d to 2^21 are known"
                    .formatted(Integer.toUnsignedString(bits), lowest);
            return Optional.of(malformed(file, 20, message));
        }
        if (header.headerBytes() < (header.version() == 2 ? Qcow2Header.V2_BYTES : Qcow2Header.V3_BYTES)
                || header.headerBytes() > header.clusterBytes()) {
            return Optional.of(malformed(file, 100, "its header is said to have " + header.headerBytes() + " bytes"));
        }
        return Optional.empty();
    }

    private static Optional<DiskImageException> fault(HostFile file, Qcow2Header header) {
        if (header.refcountOrder() < 0 || header.refcountOrder() > 6) {
            return Optional.of(malformed(file, 96, "its refcounts are said to be wider than 64 bits"));
        }
        if (header.size() < 0) {
            return Optional.of(malformed(file, 24, "its size is said to be more than a file can have"));
        }
        if (header.backingOffset() != 0
                && (header.backingBytes() < 0
                        || header.backingBytes() > LONGEST_NAME
                        || header.backingOffset() < 0
                        || header.backingOffset() > header.clusterBytes() - header.backingBytes())) {
            return Optional.of(malformed(file, 8, "its parent's name does not lie behind the header"));
        }
        if (header.refcountTableClusters() == 0 || header.refcountTableBytes() > MOST_REFCOUNT_TABLE_BYTES) {
            String message = "its table of refcounts is said to have %d bytes; 8 MiB are the most"
                    .formatted(header.refcountTableBytes());
            return Optional.of(malformed(file, 56, message));
        }
        return Optional.empty();
    }

    private static Optional<DiskImageException> compressionFault(HostFile file, Qcow2Header header) {
        if (header.compression() > Qcow2Header.ZSTD) {
            String message = "its clusters are compressed in an unknown way, number " + header.compression();
            return Optional.of(new DiskImageException(Kind.UNSUPPORTED, file.path(), message));
        }
        if (header.has(Qcow2Header.COMPRESSION) != (header.compression() != Qcow2Header.ZLIB)) {
            String message = "its feature bits and its kind of compression contradict each other";
            return Optional.of(malformed(file, Qcow2Header.V3_BYTES, message));
        }
        if (header.crypt() < 0 || header.crypt() > Qcow2Header.LUKS) {
            String message = "it is encrypted in an unknown way, number " + Integer.toUnsignedString(header.crypt());
            return Optional.of(new DiskImageException(Kind.UNSUPPORTED, file.path(), message));
        }
        return Optional.empty();
    }

    private static void refuseUnknown(HostFile file, Qcow2Header header, Qcow2Extensions extensions)
            throws DiskImageException {
        long unknown = header.incompatible() & ~Qcow2Header.KNOWN;
        if (unknown != 0) {
            int bit = Long.numberOfTrailingZeros(unknown);
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "it uses the feature '%s' (incompatible bit %d), which is not known; write it without that one"
                            .formatted(extensions.featureName(bit).orElse("without a name"), bit));
        }
    }

    private static Optional<String> backingName(HostFile file, Qcow2Header header) throws IOException {
        if (header.backingOffset() == 0 || header.backingBytes() == 0) {
            return Optional.empty();
        }
        if (header.backingOffset() > file.size() - header.backingBytes()) {
            throw truncated(file, "its parent's name");
        }
        ByteBuffer name = ByteBuffer.allocate(header.backingBytes());
        file.read(header.backingOffset(), name);
        return Optional.of(StandardCharsets.UTF_8.decode(name.flip()).toString());
    }

    private static Optional<LuksVolume> luks(HostFile file, Qcow2Header header, Qcow2Extensions extensions)
            throws IOException {
        if (header.crypt() != Qcow2Header.LUKS) {
            return Optional.empty();
        }
        Qcow2Extensions.Range at = extensions
                .encryption()
                .orElseThrow(
                        () -> malformed(file, 32, "it is encrypted with LUKS, but does not say where the keys lie"));
        if (at.offset() < 0 || at.length() < 0 || at.offset() % header.clusterBytes() != 0) {
            throw malformed(file, 32, "its LUKS header is not said to lie at a whole cluster");
        }
        if (at.length() > file.size() || at.offset() > file.size() - at.length()) {
            throw truncated(file, "its LUKS header");
        }
        return Optional.of(LuksVolume.read(file, at.offset(), at.length()));
    }

    static DiskImageException malformed(HostFile file, long offset, String message) {
        return new DiskImageException(Kind.MALFORMED, file.path(), offset, message);
    }

    static DiskImageException truncated(HostFile file, String what) {
        return new DiskImageException(
                Kind.TRUNCATED, file.path(), what + " does not lie in the file; copy it again from where it came from");
    }

    /** The state the disk is in. */
    State present() {
        return new State(header.size(), header.l1Offset(), Integer.toUnsignedLong(header.l1Entries()));
    }

    /** The state that is kept under this id, or else this name. */
    State at(String wanted) throws DiskImageException {
        Qcow2Snapshot found = snapshots.stream()
                .filter(snapshot -> snapshot.id().equals(wanted))
                .findFirst()
                .or(() -> snapshots.stream()
                        .filter(snapshot -> snapshot.name().equals(wanted))
                        .findFirst())
                .orElseThrow(() -> new DiskImageException(
                        Kind.UNSUPPORTED, file.path(), "it holds no snapshot '%s'; %s".formatted(wanted, inWords())));
        State state = state(found);
        if (state.size < 0) {
            throw malformed(file, header.snapshotsOffset(), "a snapshot's size is more than a file can have");
        }
        checkTable(state, "the table of tables of the snapshot '" + wanted + "'");
        return state;
    }

    static State state(Qcow2Snapshot snapshot) {
        return new State(snapshot.size(), snapshot.l1Offset(), Integer.toUnsignedLong(snapshot.l1Entries()));
    }

    private String inWords() {
        if (snapshots.isEmpty()) {
            return "it holds none";
        }
        return "it holds "
                + String.join(
                        ", ",
                        snapshots.stream()
                                .limit(20)
                                .map(snapshot -> snapshot.id() + " (" + snapshot.name() + ")")
                                .toList());
    }

    /** Refuses a table that is too long, or does not lie in the file. */
    private void checkTable(State state, String what) throws DiskImageException {
        Optional<String> fault = tableFault(state);
        if (fault.isPresent()) {
            throw malformed(file, state.l1Offset, what + " " + fault.get());
        }
        if (state.l1Entries > 0 && state.l1Offset > length - state.l1Entries * Long.BYTES) {
            throw truncated(file, what);
        }
    }

    private Optional<String> tableFault(State state) {
        if (state.l1Entries * Long.BYTES > MOST_L1_BYTES) {
            return Optional.of("is said to have " + state.l1Entries + " entries; 4194304 are the most");
        }
        if (state.l1Offset < 0 || state.l1Offset % header.clusterBytes() != 0) {
            return Optional.of("is not said to lie at a whole cluster");
        }
        return Optional.empty();
    }

    /** Whether a state's table of tables lies where one may. */
    boolean holdsTable(State state) {
        return tableFault(state).isEmpty() && state.l1Offset <= length - state.l1Entries * Long.BYTES;
    }

    /** Whether the cluster that begins at {@code offset} lies wholly in the file. */
    boolean holdsCluster(long offset) {
        return offset >= 0 && offset <= length - header.clusterBytes();
    }
}
