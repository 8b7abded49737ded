package dev.bothways.disk.archive.vma;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.VirtualDiskContract;
import dev.bothways.testing.MadeVma;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

/** A disk in a VMA beside another one. */
final class VmaContractTest extends VirtualDiskContract {
    @TempDir
    Path scratch;

    @Override
    protected VirtualDisk disk(byte[] bytes) throws IOException {
        Path file = scratch.resolve("a.vma");
        new MadeVma(new Random(5))
                .disk("drive-ide0", new byte[200_000])
                .disk("drive-scsi0", bytes)
                .write(file);
        VmaArchive archive = VmaArchive.read(file);
        return archive.open(archive.device("scsi0").orElseThrow());
    }
}
