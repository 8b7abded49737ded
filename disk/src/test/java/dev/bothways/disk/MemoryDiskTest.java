package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class MemoryDiskTest extends VirtualDiskContract {

    @Override
    protected VirtualDisk disk(byte[] bytes) throws IOException {
        MemoryDisk disk = new MemoryDisk(bytes.length);
        disk.write(0, ByteBuffer.wrap(bytes));
        return disk;
    }

    @Test
    void isZeroWhereNothingWasWrittenHoweverLargeItIs() throws IOException {
        try (MemoryDisk disk = new MemoryDisk(1L << 60, 4096)) {
            disk.write(1L << 59, ByteBuffer.wrap(new byte[] {1, 2, 3}));

            assertThat(disk.sectorSize()).isEqualTo(4096);
            assertThat(disk.extent(0, disk.size())).isEqualTo(new Extent.Zero(0, 1L << 59));
            assertThat(disk.extent(1L << 59, disk.size())).isEqualTo(new Extent.Data(1L << 59, 4096));
        }
    }
}
