package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.VirtualDiskContract;
import dev.bothways.disk.format.Disks;
import dev.bothways.disk.format.SplitDisk;
import dev.bothways.disk.format.mapped.Guid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class VhdxContractTest {

    @Nested
    class Dynamic extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return written(scratch.resolve("image.vhdx"), bytes, CreateOptions.usual());
        }
    }

    @Nested
    class Fixed extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return written(
                    scratch.resolve("image.vhdx"), bytes, CreateOptions.usual().with(Allocation.FIXED));
        }
    }

    @Nested
    class Differencing extends VirtualDiskContract {
        private static final int METADATA_AT = 2 << 20;
        private static final int TABLE_AT = 3 << 20;
        private static final int BITMAP_ENTRY = 4096;

        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            SplitDisk split = SplitDisk.of(bytes, DiskFormat.VHDX, scratch, new Random(8));
            try (FileChannel file =
                    FileChannel.open(split.child(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ByteBuffer parentHeader = ByteBuffer.wrap(Files.readAllBytes(split.parent()))
                        .slice((int) VhdxHeader.FIRST_AT, VhdxHeader.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
                addLocator(file, VhdxHeader.parse(parentHeader).dataWriteId());
                addBitmap(file, split.childSectors(), Math.ceilDiv(bytes.length, 1 << 20));
            }
            return DiskImages.open(split.child());
        }

        private void addLocator(FileChannel file, UUID parent) throws IOException {
            byte[][] texts = new byte[4][];
            String[] words = {"relative_path", "..\\gone\\PARENT.vhdx", "parent_linkage", "{" + parent + "}"};
            for (int i = 0; i < words.length; i++) {
                texts[i] = words[i].getBytes(StandardCharsets.UTF_16LE);
            }
            ByteBuffer locator = VhdxStructure.littleEndian(600);
            Guid.put(locator, 0, VhdxParentLocator.TYPE_VHDX);
            locator.putShort(18, (short) 2);
            int textAt = 100;
            for (int i = 0; i < words.length; i++) {
                int entryAt = 20 + i / 2 * 12;
                locator.putInt(entryAt + i % 2 * 4, textAt);
                locator.putShort(entryAt + 8 + i % 2 * 2, (short) texts[i].length);
                locator.put(textAt, texts[i]);
                textAt += texts[i].length;
            }
            long locatorAt = 128 << 10;
            file.write(locator, METADATA_AT + locatorAt);
            ByteBuffer table = VhdxStructure.littleEndian(VhdxItem.TABLE_BYTES);
            file.read(table, METADATA_AT);
            List<VhdxItem> items = new ArrayList<>(VhdxItem.parseTable(table));
            items.add(new VhdxItem(VhdxItem.PARENT_LOCATOR, locatorAt, 600, false, false, true));
            file.write(VhdxItem.tableBytes(items), METADATA_AT);
            ByteBuffer flags = VhdxStructure.littleEndian(4).putInt(0, VhdxMetadata.HAS_PARENT);
            file.write(flags, METADATA_AT + VhdxItem.TABLE_BYTES + 4);
        }

        /** Blocks that were placed become partial ones, the others the parent's. */
        private void addBitmap(FileChannel file, BitSet sectors, int blocks) throws IOException {
            ByteBuffer table = VhdxStructure.littleEndian((BITMAP_ENTRY + 1) * Long.BYTES);
            file.read(table, TABLE_AT);
            for (int block = 0; block < blocks; block++) {
                long entry = table.getLong(block * Long.BYTES);
                table.putLong(
                        block * Long.BYTES,
                        VhdxBlockMap.state(entry) == VhdxBlockMap.FULLY_PRESENT
                                ? VhdxBlockMap.place(entry) | VhdxBlockMap.PARTIALLY_PRESENT
                                : VhdxBlockMap.NOT_PRESENT);
            }
            long bitmapAt = file.size();
            table.putLong(BITMAP_ENTRY * Long.BYTES, bitmapAt | VhdxBlockMap.FULLY_PRESENT);
            file.write(table.clear(), TABLE_AT);
            file.write(ByteBuffer.wrap(Arrays.copyOf(sectors.toByteArray(), 1 << 20)), bitmapAt);
        }
    }

    static VirtualDisk written(Path image, byte[] bytes, CreateOptions options) throws IOException {
        try (VirtualDisk source = new MemoryDisk(bytes.length);
                ImageWriter writer = DiskImages.create(image, DiskFormat.VHDX, bytes.length, options)) {
            source.write(0, ByteBuffer.wrap(bytes));
            Disks.copy(source, writer, 100_000);
        }
        return DiskImages.open(image);
    }
}
