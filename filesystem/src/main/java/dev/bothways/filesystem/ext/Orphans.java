package dev.bothways.filesystem.ext;

import static dev.bothways.filesystem.ext.LittleEndian.bytes64;
import static dev.bothways.filesystem.ext.LittleEndian.put32;
import static dev.bothways.filesystem.ext.LittleEndian.u32;

import java.io.IOException;
import java.util.zip.CRC32C;

/**
 * Files that were being deleted or cut short when the machine stopped: a list through their inodes, or a file of their
 * numbers. What was begun is finished, as the kernel does when it mounts.
 */
final class Orphans {
    private final Volume volume;
    private final FileEditor files;

    Orphans(Volume volume, FileEditor files) {
        this.volume = volume;
        this.files = files;
    }

    void finish() throws IOException {
        Superblock superblock = volume.superblock();
        long next = superblock.firstOrphan();
        for (long count = 0; next != 0; count++) {
            if (count > superblock.inodes()) {
                throw Faults.malformed("its list of orphaned inodes goes round in a circle");
            }
            Inode inode = volume.inodes().readAny(next);
            next = inode.deleted();
            finish(inode);
        }
        superblock.firstOrphan(0);
        Features features = superblock.features();
        if (features.readOnly(Features.RO_ORPHAN_PRESENT)) {
            orphanFile();
            superblock.features(features.withReadOnly(Features.RO_ORPHAN_PRESENT, false));
        }
        superblock.state(superblock.state() & ~Superblock.STATE_ORPHAN);
    }

    private void finish(Inode inode) throws IOException {
        if (inode.links() == 0) {
            files.delete(inode);
        } else {
            inode.deleted(0);
            if (inode.isRegular()) {
                files.truncate(inode, inode.size());
            } else {
                volume.inodes().write(inode);
            }
        }
    }

    private void orphanFile() throws IOException {
        Inode file = volume.inodes().read(volume.superblock().orphanFile());
        int blockSize = volume.store().blockSize();
        for (Run run : volume.map(file).load(file).runs()) {
            for (long place = run.physical(); place < run.physical() + run.length(); place++) {
                byte[] block = volume.store().edit(place);
                for (int at = 0; at < blockSize - 8; at += 4) {
                    long number = u32(block, at);
                    if (number != 0) {
                        finish(volume.inodes().readAny(number));
                        put32(block, at, 0);
                    }
                }
                if (volume.checksums().on()) {
                    CRC32C crc = volume.checksums().begin(file);
                    crc.update(bytes64(place));
                    crc.update(block, 0, blockSize - 8);
                    put32(block, blockSize - 4, Checksums.end(crc));
                }
            }
        }
    }
}
