package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import org.junit.jupiter.api.Test;

final class DiskChannelTest {
    private static final int SIZE = 100_000;

    private static MemoryDisk disk(byte[] bytes) throws IOException {
        MemoryDisk disk = new MemoryDisk(SIZE);
        disk.write(0, ByteBuffer.wrap(bytes));
        return disk;
    }

    @Test
    void readsTheDiskFromAnyPositionToItsEnd() throws IOException {
        byte[] bytes = new byte[SIZE];
        Seed.of(1).random().nextBytes(bytes);
        try (DiskChannel channel = new DiskChannel(disk(bytes))) {
            assertThat(channel.size()).isEqualTo(SIZE);
            assertThat(Channels.newInputStream(channel).readAllBytes()).isEqualTo(bytes);
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            ByteBuffer last = ByteBuffer.allocate(20);
            channel.position(SIZE - 10);
            assertThat(channel.read(last)).isEqualTo(10);
            assertThat(last.get(9)).isEqualTo(bytes[SIZE - 1]);
            assertThat(channel.position()).isEqualTo(SIZE);
            assertThat(channel.position(2L * SIZE).read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void writesWhereTheDiskCanAndNeverBeyondItsEnd() throws IOException {
        MemoryDisk disk = new MemoryDisk(SIZE);
        DiskChannel channel = new DiskChannel(disk);
        channel.position(SIZE - 2);
        assertThat(channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}))).isEqualTo(2);
        ByteBuffer end = ByteBuffer.allocate(2);
        disk.read(SIZE - 2, end);
        assertThat(end.array()).containsExactly(1, 2);
        assertThatThrownBy(() -> channel.truncate(1)).isInstanceOf(NonWritableChannelException.class);
        assertThatThrownBy(() -> new DiskChannel(new ReadOnlyDisk(disk)).write(ByteBuffer.allocate(1)))
                .isInstanceOf(NonWritableChannelException.class);
    }

    @Test
    void closingLeavesTheDiskOpen() throws IOException {
        MemoryDisk disk = new MemoryDisk(SIZE);
        DiskChannel channel = new DiskChannel(disk);
        channel.close();
        channel.close();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        disk.read(0, ByteBuffer.allocate(1));
    }
}
