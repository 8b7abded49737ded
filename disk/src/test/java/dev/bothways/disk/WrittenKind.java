package dev.bothways.disk;

import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.format.Disks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A kind of image that is written: every format in every form of it.
 *
 * @param name for messages
 * @param options without waiting for the medium
 * @param qemuName what qemu-img calls its format
 */
record WrittenKind(String name, DiskFormat format, CreateOptions options, String qemuName) {
    private static final CreateOptions USUAL = CreateOptions.usual().withoutWaiting();
    private static final CreateOptions FIXED = USUAL.with(Allocation.FIXED);

    private static final List<WrittenKind> ALL = List.of(
            new WrittenKind("raw", DiskFormat.RAW, USUAL, "raw"),
            new WrittenKind("vhd", DiskFormat.VHD, USUAL, "vpc"),
            new WrittenKind("vhd-fixed", DiskFormat.VHD, FIXED, "vpc"),
            new WrittenKind("vhdx", DiskFormat.VHDX, USUAL, "vhdx"),
            new WrittenKind("vhdx-fixed", DiskFormat.VHDX, FIXED, "vhdx"),
            new WrittenKind("qcow2", DiskFormat.QCOW2, USUAL, "qcow2"),
            new WrittenKind("qcow2-zlib", DiskFormat.QCOW2, USUAL.packing(), "qcow2"),
            new WrittenKind(
                    "qcow2-zstd", DiskFormat.QCOW2, USUAL.packing().withSetting("compression_type", "zstd"), "qcow2"),
            new WrittenKind("qcow2-extended", DiskFormat.QCOW2, USUAL.withSetting("extended_l2", "on"), "qcow2"),
            new WrittenKind("vdi", DiskFormat.VDI, USUAL, "vdi"),
            new WrittenKind("vdi-fixed", DiskFormat.VDI, FIXED, "vdi"),
            vmdk("monolithicSparse"),
            vmdk("streamOptimized"),
            vmdk("monolithicFlat"),
            vmdk("twoGbMaxExtentSparse"),
            vmdk("twoGbMaxExtentFlat"));

    private static WrittenKind vmdk(String subformat) {
        return new WrittenKind(subformat, DiskFormat.VMDK, USUAL.withSetting("subformat", subformat), "vmdk");
    }

    static List<WrittenKind> all() {
        return ALL;
    }

    static WrittenKind named(String name) {
        return ALL.stream().filter(kind -> kind.name.equals(name)).findFirst().orElseThrow();
    }

    /** Makes an image of this kind in the folder, of a random disk of so many bytes. */
    Path image(Path folder, long size, Random random) throws IOException {
        Path raw = folder.resolve("disk.raw");
        Path image = folder.resolve("image." + format.ending());
        Disks.randomRaw(raw, size, random, 512);
        try (DiskImage source = DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW))) {
            DiskConversion.convert(source, image, format, options, CopyOptions.usual(), false);
        }
        return image;
    }

    @Override
    public String toString() {
        return name;
    }
}
