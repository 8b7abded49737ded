package dev.bothways.disk.archive.xva;

import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.VirtualDiskContract;
import dev.bothways.disk.archive.xva.XvaWriter.Sums;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class XvaContractTest {

    abstract static class Written extends VirtualDiskContract {
        @TempDir
        Path scratch = Path.of("");

        private final Sums sums;

        Written(Sums sums) {
            this.sums = sums;
        }

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            Path archive = scratch.resolve("a.xva");
            try (XvaWriter writer = XvaWriter.create(archive, CreateOptions.usual(), sums, new byte[100]);
                    MemoryDisk source = new MemoryDisk(bytes.length);
                    ImageWriter disk = writer.disk("Ref:4", bytes.length)) {
                source.write(0, ByteBuffer.wrap(bytes));
                DiskCopy.copy(source, disk, CopyOptions.usual());
                disk.finish();
                writer.finish();
            }
            return XvaArchive.read(archive).open("Ref:4", bytes.length);
        }
    }

    @Nested
    class WithXxh64 extends Written {
        WithXxh64() {
            super(Sums.XXHASH);
        }
    }

    @Nested
    class WithSha1 extends Written {
        WithSha1() {
            super(Sums.SHA1);
        }
    }
}
