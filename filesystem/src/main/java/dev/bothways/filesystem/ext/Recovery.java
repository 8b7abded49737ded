package dev.bothways.filesystem.ext;

import dev.bothways.disk.VirtualDisk;
import java.io.IOException;
import java.util.Optional;

/** Brings a file system into the state that edits begin from, or says why it cannot be edited. */
final class Recovery {
    private Recovery() {}

    /** The volume on a disk, its journal played back among the blocks in memory. */
    static Volume soundVolume(VirtualDisk disk) throws IOException {
        Volume volume = Volume.open(disk);
        Optional<String> obstacle = volume.superblock().features().obstacleToWriting();
        if (obstacle.isPresent()) {
            throw Faults.unsupported("has the feature " + obstacle.get()
                    + " and is only read, not changed; switch the feature off with tune2fs first");
        }
        Volume recovered = volume.needsRecovery() ? playedBack(volume) : volume;
        requireSound(recovered.superblock());
        return recovered;
    }

    private static Volume playedBack(Volume volume) throws IOException {
        Journal journal = Journal.open(volume);
        Journal.Replay replay = journal.replay();
        volume.store().install(replay.copies());
        Volume recovered = volume.reopened();
        journal.clear(replay);
        Superblock superblock = recovered.superblock();
        superblock.features(superblock.features().withoutIncompatible(Features.INCOMPAT_RECOVER));
        recovered.storeSuperblock();
        recovered.store().commit();
        return recovered;
    }

    private static void requireSound(Superblock superblock) throws IOException {
        if ((superblock.state() & Superblock.STATE_ERROR) != 0) {
            throw Faults.malformed("its kernel has recorded errors in it, so it is not changed");
        }
        boolean journal = superblock.features().compatible(Features.COMPAT_HAS_JOURNAL);
        if (!journal && (superblock.state() & Superblock.STATE_VALID) == 0) {
            throw Faults.malformed("it was not unmounted cleanly and has no journal, so it is not changed");
        }
    }
}
