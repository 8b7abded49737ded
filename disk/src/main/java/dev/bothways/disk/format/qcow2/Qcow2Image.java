package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.encryption.EncryptedFile;
import dev.bothways.disk.format.encryption.Passphrase;
import dev.bothways.disk.format.encryption.SectorCipher;
import dev.bothways.disk.format.mapped.BackingName;
import dev.bothways.disk.format.mapped.JoinedMap;
import dev.bothways.disk.format.mapped.MappedDisk;
import dev.bothways.disk.format.mapped.MappedImage;
import dev.bothways.disk.format.mapped.SecondaryFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * qcow2, versions 2 and 3, after QEMU's {@code docs/interop/qcow2.txt}. All numbers are big-endian.
 *
 * <pre>
 * header                its extensions, the parent's name
 * table of refcounts    a block of refcounts an entry
 * table of tables (L1)  a table of clusters (L2) an entry
 * table of clusters     8 bytes a cluster, 16 with subclusters
 * clusters              of 512 bytes to 2 MiB each, at any whole cluster; compressed ones at any byte
 * </pre>
 *
 * <p>Everything but the header may lie anywhere. Read are all features that QEMU 10 knows; {@link Qcow2Writer} writes new
 * disks. See {@code docs/formats/qcow2.md} for what is not plain from the specification.
 */
public final class Qcow2Image extends MappedImage {
    private static final int SECTOR = 512;

    private final HostFile file;
    private final HostFile dataFile;
    private final Qcow2Structure structure;
    private final Qcow2Structure.State state;

    private Qcow2Image(
            HostFile file,
            HostFile dataFile,
            Qcow2Structure structure,
            Qcow2Structure.State state,
            VirtualDisk disk,
            Optional<DiskImage> parent) {
        super(disk, parent);
        this.file = file;
        this.dataFile = dataFile;
        this.structure = structure;
        this.state = state;
    }

    /** Opens a disk, its file for data and its parents. */
    public static Qcow2Image open(HostFile file, OpenOptions options) throws IOException {
        Qcow2Structure structure = Qcow2Structure.read(file);
        Qcow2Structure.State state =
                options.snapshot().isPresent() ? structure.at(options.snapshot().get()) : structure.present();
        Optional<SectorCipher> cipher = cipher(structure, options);
        HostFile dataFile = structure.header().has(Qcow2Header.DATA_FILE) ? dataFile(structure, options) : file;
        try {
            Optional<EncryptedFile> encrypted = cipher.map(how -> new EncryptedFile(dataFile, how));
            Qcow2ClusterMap map = new Qcow2ClusterMap(structure, state, encrypted);
            Optional<DiskImage> parent = parent(structure, options);
            VirtualDisk disk = new MappedDisk(
                    state.size(),
                    SECTOR,
                    dataFile,
                    new JoinedMap(map, dataFile.size()),
                    parent.map(VirtualDisk.class::cast));
            return new Qcow2Image(file, dataFile, structure, state, disk, parent);
        } catch (IOException | RuntimeException e) {
            if (dataFile.equals(file)) {
                throw e;
            }
            try (dataFile) {
                throw e;
            }
        }
    }

    private static Optional<SectorCipher> cipher(Qcow2Structure structure, OpenOptions options) throws IOException {
        Path path = structure.file().path();
        if (structure.luks().isPresent()) {
            byte[] passphrase = Passphrase.of(path, options, "LUKS");
            return Optional.of(structure.luks().get().unlock(passphrase));
        }
        if (structure.header().crypt() == Qcow2Header.AES) {
            return Optional.of(SectorCipher.ofOldQcow(Passphrase.of(path, options, "AES, in the way of old")));
        }
        return Optional.empty();
    }

    private static HostFile dataFile(Qcow2Structure structure, OpenOptions options) throws IOException {
        Path path = structure.file().path();
        String name = structure.extensions().dataFile().orElse("");
        if (name.isEmpty()) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED, path, "its data lies in another file, which it does not name; read that as raw");
        }
        String hint = BackingName.path(path, "the file that holds its data", name);
        SecondaryFiles secondary = SecondaryFiles.of(path, options);
        Path found = secondary.candidates(path, List.of(hint)).stream()
                .findFirst()
                .orElseThrow(() -> new DiskImageException(
                        Kind.UNSAFE,
                        path,
                        "its data lies in a file named '%s', of which there is none in %s; put it there, or name its folder with --allow"
                                .formatted(SecondaryFiles.lastPart(hint), secondary.allowed())));
        return HostFile.open(found);
    }

    private static Optional<DiskImage> parent(Qcow2Structure structure, OpenOptions options) throws IOException {
        if (structure.backingName().isEmpty()) {
            return Optional.empty();
        }
        Path path = structure.file().path();
        String hint =
                BackingName.path(path, "its parent", structure.backingName().get());
        Optional<String> word = structure.extensions().backingFormat();
        Optional<DiskFormat> format =
                word.isPresent() ? Optional.of(BackingName.format(path, word.get())) : Optional.empty();
        return Optional.of(SecondaryFiles.openParent(path, options, List.of(hint), format));
    }

    @Override
    protected List<HostFile> ownFiles() {
        return dataFile.equals(file) ? List.of(file) : List.of(file, dataFile);
    }

    @Override
    protected ImageDescription describe(List<Path> files) {
        return Qcow2Description.of(structure, state, files);
    }

    @Override
    protected List<Finding> checkItself() throws IOException {
        return new Qcow2Check(structure).run();
    }

    @Override
    public void close() throws IOException {
        try {
            super.close();
        } finally {
            file.close();
        }
    }
}
