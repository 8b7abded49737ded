package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.archive.ArchivePath;
import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.SecondaryFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Opens the extents that a descriptor names, each file once. */
final class ExtentOpener {
    private static final int SECTOR = SparseHeader.SECTOR;

    private final HostFile main;
    private final SecondaryFiles secondary;
    private final Map<String, HostFile> byName = new HashMap<>();
    private final Map<Path, HostFile> byPath = new HashMap<>();
    private final List<HostFile> opened = new ArrayList<>();

    /** For the descriptor in {@code main}. */
    ExtentOpener(HostFile main, SecondaryFiles secondary) throws IOException {
        this.main = main;
        this.secondary = secondary;
        byPath.put(ArchivePath.real(main.path()), main);
    }

    /** The files that were opened so far, that of the descriptor not among them. */
    List<HostFile> opened() {
        return opened;
    }

    /** Opens the extent of a line. */
    VmdkExtent open(VmdkExtentLine line) throws IOException {
        if (line.access() == VmdkExtentLine.Access.NOACCESS) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    main.path(),
                    "the extent '" + line.name()
                            + "' is marked NOACCESS: nobody may read it, so the disk has no whole content");
        }
        return switch (line.type()) {
            case "ZERO" -> VmdkExtent.plain(line, main, (offset, limit) -> new Piece.Zeros(limit - offset));
            case "FLAT", "VMFS" -> flat(line);
            case "SPARSE" -> sparse(line);
            case "VMFSSPARSE" -> SparseExtents.openCow(file(line), line);
            case "SESPARSE" -> SparseExtents.openSeSparse(file(line), line);
            case "VMFSRDM", "VMFSRAW" ->
                throw new DiskImageException(
                        Kind.UNSUPPORTED,
                        main.path(),
                        "the extent '" + line.name()
                                + "' stands for a device (raw device mapping); clone the disk to a file with vmkfstools -i");
            default ->
                throw new DiskImageException(
                        Kind.UNSUPPORTED,
                        main.path(),
                        "the extent '" + line.name() + "' is of the unknown type " + line.type());
        };
    }

    private VmdkExtent flat(VmdkExtentLine line) throws IOException {
        HostFile file = file(line);
        long start = line.offset() * SECTOR;
        long needed = start + line.sectors() * SECTOR;
        if (file.size() < needed) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.path(),
                    "the descriptor needs " + needed + " bytes of this extent, but the file has only " + file.size()
                            + "; copy it again from where it came from");
        }
        return VmdkExtent.plain(line, file, (offset, limit) -> new Piece.InFile(limit - offset, start + offset));
    }

    private VmdkExtent sparse(VmdkExtentLine line) throws IOException {
        HostFile file = file(line);
        if (file.size() < SparseHeader.BYTES || !SparseHeader.hasMagic(SparseExtents.sector(file))) {
            throw new DiskImageException(
                    Kind.MALFORMED, file.path(), "the descriptor calls this a sparse extent, but it is none");
        }
        SparseHeader header = SparseHeader.read(file, 0);
        SparseExtents.checkCapacity(file, line, header.capacity());
        return SparseExtents.open(file, line.type(), line.sectors() * SECTOR, header);
    }

    private HostFile file(VmdkExtentLine line) throws IOException {
        if (line.names().isEmpty()) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    main.path(),
                    "the descriptor has an extent of type " + line.type() + " without a name");
        }
        if (line.name().startsWith("\\\\.\\") || line.name().startsWith("/dev/")) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    main.path(),
                    "the extent '" + line.name() + "' is a device of the host; read the device itself as raw");
        }
        HostFile known = byName.get(line.name());
        if (known != null) {
            return known;
        }
        Path path = secondary.candidates(main.path(), line.names()).stream()
                .findFirst()
                .orElseThrow(() -> new DiskImageException(
                        Kind.UNSAFE,
                        main.path(),
                        "the descriptor names the extent '%s', of which there is none in %s; put it there"
                                .formatted(line.name(), secondary.allowed())));
        HostFile file = byPath.get(path);
        if (file == null) {
            file = HostFile.open(path);
            opened.add(file);
            byPath.put(path, file);
        }
        byName.put(line.name(), file);
        return file;
    }
}
