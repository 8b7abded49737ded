package dev.bothways.conversion.rehearse;

import dev.bothways.conversion.ConversionException;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.Extent;
import dev.bothways.disk.OverlayDisk;
import dev.bothways.disk.SliceDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.FileStatus;
import dev.bothways.filesystem.FileSystems;
import dev.bothways.filesystem.NewFile;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.WritableFileSystem;
import dev.bothways.filesystem.partition.Partition;
import dev.bothways.filesystem.partition.PartitionTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file over a disk image that takes everything a booted guest writes, and is thrown away: the image itself is never written
 * to. QEMU's own tools make it (a qcow2 file with the image behind it), so that QEMU reads the image with its own code.
 *
 * @param image the disk image
 * @param file the layer
 */
record ThrowAwayLayer(Path image, Path file) {
    private static final int STEP = 1 << 20;

    /** Makes a layer over an image. */
    static ThrowAwayLayer over(Path image, Path file) throws IOException {
        String format;
        try (DiskImage opened = DiskImages.open(image)) {
            format = qemuName(opened);
        }
        qemu(
                QemuPrograms.IMG,
                "create",
                "-q",
                "-f",
                "qcow2",
                "-b",
                image.toRealPath().toString(),
                "-F",
                format,
                file.toString());
        return new ThrowAwayLayer(image, file);
    }

    private static String qemuName(DiskImage image) throws IOException {
        DiskFormat format = image.describe().format();
        return format == DiskFormat.VHD ? "vpc" : format.label();
    }

    /**
     * Puts the unit that reports on the boot into the layer, if the guest's root file system is on this disk, can be written,
     * and has systemd.
     *
     * @return whether the guest will report
     */
    boolean addReport() throws IOException {
        try (DiskImage disk = DiskImages.open(image);
                OverlayDisk overlay = new OverlayDisk(disk)) {
            Optional<WritableFileSystem> root = root(overlay);
            if (root.isEmpty()) {
                return false;
            }
            WritableFileSystem files = root.get();
            files.write(GuestReport.SCRIPT, bytes(GuestReport.SCRIPT_TEXT), NewFile.ROOT_FILE);
            files.write(GuestReport.UNIT, bytes(GuestReport.UNIT_TEXT), NewFile.ROOT_FILE);
            files.makeLink(GuestReport.WANTS, GuestReport.UNIT, new NewFile(0, 0, 0777));
            files.flush();
            write(overlay);
            return true;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Optional<WritableFileSystem> root(VirtualDisk disk) throws IOException {
        List<VirtualDisk> volumes = new ArrayList<>();
        Optional<PartitionTable> table = PartitionTable.read(disk);
        if (table.isEmpty()) {
            volumes.add(disk);
        } else {
            for (Partition partition : table.get().partitions()) {
                volumes.add(new SliceDisk(disk, partition.offset(), partition.length()));
            }
        }
        for (VirtualDisk volume : volumes) {
            Optional<WritableFileSystem> root = rootOn(volume);
            if (root.isPresent()) {
                return root;
            }
        }
        return Optional.empty();
    }

    private static Optional<WritableFileSystem> rootOn(VirtualDisk volume) throws IOException {
        WritableFileSystem files;
        try {
            files = FileSystems.openWritable(volume, java.time.Instant.EPOCH);
        } catch (VolumeException e) {
            if (e.kind() == VolumeException.Kind.UNSUPPORTED) {
                return Optional.empty(); // Swap, or what only the guest itself can write: no report from there.
            }
            throw e;
        }
        Path wants = Path.of(GuestReport.WANTS).getParent();
        boolean systemd = wants != null
                && files.find(wants.toString()).filter(FileStatus::isDirectory).isPresent();
        return systemd ? Optional.of(files) : Optional.empty();
    }

    /** Brings what was changed in memory into the layer. */
    private void write(OverlayDisk overlay) throws IOException {
        Path scratch = file.toAbsolutePath().resolveSibling(file.getFileName() + ".changes");
        Files.createDirectory(scratch);
        List<String> command = new ArrayList<>(List.of(QemuPrograms.IO, "-f", "qcow2"));
        for (Extent change : overlay.changes()) {
            for (long at = change.offset(); at < change.end(); at += STEP) {
                ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(STEP, change.end() - at));
                overlay.read(at, bytes);
                Path piece = Files.write(scratch.resolve(Long.toString(at)), bytes.array());
                command.add("-c");
                command.add("write -q -s " + piece + " " + at + " " + bytes.capacity());
            }
        }
        command.add(file.toString());
        qemu(command.toArray(new String[0]));
    }

    private static void qemu(String... command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw QemuPrograms.notStarted(command[0], e);
        }
        String says = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new ConversionException(
                        ConversionException.Kind.VERIFICATION, command[0] + " refused: " + says.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConversionException(ConversionException.Kind.VERIFICATION, "the rehearsal was interrupted", e);
        }
    }
}
