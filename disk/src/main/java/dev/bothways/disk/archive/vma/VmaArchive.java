package dev.bothways.disk.archive.vma;

import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.FileState;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A VMA, read in place: the backup that vzdump makes of a machine of Proxmox VE. A header has the definition and names the disks;
 * behind it come extents of up to 59 clusters of 64 KiB, of any disk and in any order, without their blocks of zeros. After
 * version 1, as {@code pve-qemu} 10 writes and reads it.
 *
 * <p>Every header's checksum is checked, and that each cluster is there, once. The data itself has no checksums.
 */
public final class VmaArchive {
    /** The configuration that is the machine's definition. */
    public static final String DEFINITION = "qemu-server.conf";

    private final Path path;
    private final FileState state;
    private final VmaHeader header;
    private final Map<Integer, Contents> contents;

    /**
     * What the archive has of a device.
     *
     * @param seen which of its clusters; empty where the archive is too short to have all
     */
    private record Contents(VmaDevice device, ClusterRuns runs, Optional<BitSet> seen) {
        boolean complete() {
            return seen.isPresent() && seen.get().cardinality() == device.clusters();
        }
    }

    private VmaArchive(FileState state, VmaHeader header, Map<Integer, Contents> contents) {
        this.path = state.path();
        this.state = state;
        this.header = header;
        this.contents = contents;
    }

    /** Whether a file begins as an archive does that is not compressed. */
    public static boolean isArchive(HostFile file) throws IOException {
        ByteBuffer mark = ByteBuffer.allocate(VmaHeader.MAGIC.length());
        if (file.size() < VmaHeader.FIXED) {
            return false;
        }
        file.read(0, mark);
        return VmaHeader.isMagic(mark);
    }

    /**
     * Reads the headers of an archive that is not compressed ({@link VmaPacking} unpacks others). One that ends too early keeps what
     * it has: only opening a disk that is not all there fails.
     *
     * @throws DiskImageException where it is malformed
     */
    public static VmaArchive read(Path path) throws IOException {
        FileState state = FileState.of(path);
        try (HostFile file = HostFile.open(path)) {
            VmaHeader header = VmaHeader.read(file);
            Map<Integer, Contents> contents = new HashMap<>();
            long end = file.size();
            // So many clusters the file can tell of; no more is allocated for.
            long room = (end - header.length()) / VmaExtent.BYTES * VmaExtent.ENTRIES;
            for (VmaDevice device : header.devices()) {
                boolean fits = device.clusters() <= room;
                room -= fits ? device.clusters() : 0;
                contents.put(
                        device.number(),
                        new Contents(device, new ClusterRuns(), fits ? Optional.of(new BitSet()) : Optional.empty()));
            }
            long at = header.length();
            while (end - at >= VmaExtent.BYTES) {
                VmaExtent extent = VmaExtent.read(file, at, header.uuid());
                if (extent.length() > end - at) {
                    break;
                }
                add(path, extent, at, contents);
                at += extent.length();
            }
            for (Contents device : contents.values()) {
                if (!device.runs().sort()) {
                    throw twice(path, device.device());
                }
            }
            return new VmaArchive(state, header, contents);
        }
    }

    private static void add(Path path, VmaExtent extent, long at, Map<Integer, Contents> contents)
            throws DiskImageException {
        long place = at + VmaExtent.BYTES;
        for (int i = 0; i < VmaExtent.ENTRIES; i++) {
            if (extent.device(i) == 0) {
                continue;
            }
            Contents device = contents.get(extent.device(i));
            long cluster = extent.cluster(i);
            if (device == null || cluster >= device.device().clusters()) {
                throw new DiskImageException(
                        Kind.MALFORMED,
                        path,
                        at,
                        "the extent has cluster " + cluster + " of device " + extent.device(i)
                                + ", of which the header knows nothing");
            }
            if (device.seen().isPresent()) {
                if (device.seen().get().get((int) cluster)) {
                    throw twice(path, device.device());
                }
                device.seen().get().set((int) cluster);
            }
            if (extent.mask(i) != 0) {
                device.runs().add(cluster, extent.mask(i), place);
                place += (long) Integer.bitCount(extent.mask(i)) * VmaExtent.BLOCK;
            }
        }
    }

    private static DiskImageException twice(Path path, VmaDevice device) {
        return new DiskImageException(
                Kind.MALFORMED,
                path,
                "the archive has a cluster of " + device.name() + " twice, and which one counts is open");
    }

    /** Where it lies. */
    public Path path() {
        return path;
    }

    /** By what it is known. */
    public UUID uuid() {
        return header.uuid();
    }

    /** When it was begun. */
    public Instant created() {
        return header.created();
    }

    /** The files of the host in it, the definition among them. */
    public List<VmaConfiguration> configurations() {
        return header.configurations();
    }

    /** The bytes of the definition. */
    public byte[] definition() throws DiskImageException {
        return header.configurations().stream()
                .filter(configuration -> configuration.name().equals(DEFINITION))
                .map(VmaConfiguration::content)
                .findFirst()
                .orElseThrow(() -> new DiskImageException(Kind.MALFORMED, path, "the archive has no " + DEFINITION));
    }

    /** The disks, by their numbers. A machine's memory ({@code vmstate}) is among them if it ran. */
    public List<VmaDevice> devices() {
        return header.devices();
    }

    /** The disk of the drive that the definition has under this key: {@code scsi0}. */
    public Optional<VmaDevice> device(String key) {
        return header.devices().stream()
                .filter(device -> device.key().equals(key))
                .findFirst();
    }

    /**
     * Opens a disk; its bytes are read where they lie.
     *
     * @throws DiskImageException where the archive does not have all of it
     */
    public DiskImage open(VmaDevice device) throws IOException {
        Contents found = found(device);
        if (!found.complete()) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    path,
                    "the archive has not all of " + device.name()
                            + (found.seen().isPresent()
                                    ? ": " + found.seen().get().cardinality() + " of " + device.clusters() + " clusters"
                                    : "")
                            + "; copy it again from where it came from");
        }
        return part(device);
    }

    /** Opens what there is of a disk; reading on where there is nothing fails. */
    DiskImage part(VmaDevice device) throws IOException {
        Contents found = found(device);
        HostFile file = HostFile.open(path);
        try {
            state.requireUnchanged();
        } catch (IOException e) {
            try (file) {
                throw e;
            }
        }
        return new VmaImage(file, new ClusterMap(path, device, found.runs(), found.complete()));
    }

    private Contents found(VmaDevice device) {
        Contents found = contents.get(device.number());
        if (found == null || !found.device().equals(device)) {
            throw new IllegalArgumentException(device + " is of another archive");
        }
        return found;
    }
}
