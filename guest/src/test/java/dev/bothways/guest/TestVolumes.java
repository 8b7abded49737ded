package dev.bothways.guest;

import dev.bothways.disk.Extent;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.FileSystem;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/** Volumes for guests that tests make up. */
public final class TestVolumes {

    private TestVolumes() {}

    /** A volume with this file system; a digit at the device's end is its partition number. Its bytes are all zeros. */
    public static Volume of(String device, FileSystem fileSystem) {
        char last = device.charAt(device.length() - 1);
        return new Volume(
                device,
                new Zeros(1 << 20),
                Optional.of(fileSystem),
                fileSystem.type(),
                fileSystem.uuid(),
                fileSystem.label(),
                Optional.empty(),
                Optional.empty(),
                0,
                Character.isDigit(last) ? OptionalInt.of(last - '0') : OptionalInt.empty());
    }

    /** A volume without a file system: swap, LVM and the like. */
    public static Volume of(String device, String type, String uuid) {
        return new Volume(
                device,
                new Zeros(1 << 20),
                Optional.empty(),
                type,
                Optional.of(uuid),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                OptionalInt.empty());
    }

    private record Zeros(long size) implements VirtualDisk {
        @Override
        public int sectorSize() {
            return 512;
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            while (into.hasRemaining()) {
                into.put((byte) 0);
            }
        }

        @Override
        public Extent extent(long offset, long limit) {
            return new Extent.Zero(offset, limit - offset);
        }

        @Override
        public void close() {}
    }
}
