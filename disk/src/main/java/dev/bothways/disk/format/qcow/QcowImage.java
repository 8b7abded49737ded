package dev.bothways.disk.format.qcow;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * qcow of version 1, after what QEMU does. All numbers are big-endian.
 *
 * <pre>
 * 0    header, 48 bytes; the parent's name
 *      table of tables      8 bytes a table of clusters
 *      table of clusters    8 bytes a cluster
 *      clusters             of 512 bytes to 64 KiB each; compressed ones at any byte
 * </pre>
 *
 * <p>It is read only; new disks are written as qcow2. See {@code docs/formats/qcow.md}.
 */
public final class QcowImage extends MappedImage {
    private static final int SECTOR = 512;

    private final QcowStructure structure;

    private QcowImage(QcowStructure structure, VirtualDisk disk, Optional<DiskImage> parent) {
        super(disk, parent);
        this.structure = structure;
    }

    /** Opens a disk and its parents. */
    public static QcowImage open(HostFile file, OpenOptions options) throws IOException {
        QcowStructure structure = QcowStructure.read(file);
        Optional<EncryptedFile> encrypted = Optional.empty();
        if (structure.encrypted()) {
            byte[] key = Passphrase.of(file.path(), options, "AES, in the way of old");
            encrypted = Optional.of(new EncryptedFile(file, SectorCipher.ofOldQcow(key)));
        }
        Optional<DiskImage> parent = Optional.empty();
        if (structure.backingName().isPresent()) {
            String name = BackingName.path(
                    file.path(), "its parent", structure.backingName().get());
            parent = Optional.of(SecondaryFiles.openParent(file.path(), options, List.of(name), Optional.empty()));
        }
        JoinedMap map = new JoinedMap(new QcowClusterMap(structure, encrypted), structure.length());
        VirtualDisk disk = new MappedDisk(structure.size(), SECTOR, file, map, parent.map(VirtualDisk.class::cast));
        return new QcowImage(structure, disk, parent);
    }

    @Override
    protected List<HostFile> ownFiles() {
        return List.of(structure.file());
    }

    @Override
    protected ImageDescription describe(List<Path> files) {
        SequencedMap<String, String> details = new LinkedHashMap<>();
        details.put("version", "1");
        if (structure.encrypted()) {
            details.put("encryption", "AES");
        }
        structure.backingName().ifPresent(name -> details.put("parent", name));
        return new ImageDescription(
                DiskFormat.QCOW,
                structure.backingName().isPresent() ? "differencing" : "dynamic",
                structure.size(),
                SECTOR,
                structure.clusterBytes(),
                files,
                details);
    }

    @Override
    protected List<Finding> checkItself() throws IOException {
        return new QcowCheck(structure).run();
    }
}
