package dev.bothways.disk;

import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.archive.ArchivePath;
import dev.bothways.disk.archive.vma.VmaArchive;
import dev.bothways.disk.archive.vma.VmaDevice;
import dev.bothways.disk.archive.vma.VmaPacking;
import dev.bothways.disk.archive.vma.VmaSummary;
import dev.bothways.disk.archive.xva.XvaArchive;
import dev.bothways.disk.archive.xva.XvaDefinition;
import dev.bothways.disk.archive.xva.XvaPacking;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * An archive that holds disks. Each disk has a path below the archive's, as if that were a folder, which {@link DiskImages#open}
 * takes: {@code web01.ova/disk1.vmdk}, {@code web01.xva/Ref:4}, {@code web01.vma/drive-scsi0}.
 *
 * @param kind what it is: {@code OVA}, {@code XVA}, {@code VMA}, {@code tar}
 * @param packing what it is packed with as a whole, which keeps its disks from being opened in place
 * @param details what else it records and matters to people, by name, in order
 * @param disks in the archive's order
 */
public record DiskArchive(
        String kind, Optional<String> packing, SequencedMap<String, String> details, List<Disk> disks) {

    /**
     * A disk.
     *
     * @param name of it in the archive
     * @param format as {@link ImageDescription}, in one word or several; empty where it is not known
     * @param size what the guest sees, in bytes, where that is known
     * @param note what it is called, or why no more is known of it; may be empty
     */
    public record Disk(String name, String format, OptionalLong size, String note) {}

    /** Copies the collections. */
    public DiskArchive {
        details = new LinkedHashMap<>(details);
        disks = List.copyOf(disks);
    }

    /**
     * What an archive holds; empty if a file is none.
     *
     * @throws DiskImageException where it is malformed or unsafe
     */
    public static Optional<DiskArchive> of(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (HostFile opened = HostFile.open(file)) {
            FileSignature signature = FileSignature.of(opened);
            boolean image = DiskFormat.shownBy(signature) != DiskFormat.RAW;
            if (image || signature.foreign().isEmpty()) {
                return Optional.empty();
            }
        }
        if (VmaPacking.of(file).isPresent()) {
            return Optional.of(ofVma(file));
        }
        Optional<XvaPacking> xva = XvaArchive.packing(file);
        return xva.isPresent() ? Optional.of(ofXva(file, xva.get())) : TarListing.of(file);
    }

    private static DiskArchive ofVma(Path file) throws IOException {
        VmaSummary summary = VmaSummary.of(file);
        SequencedMap<String, String> details = new LinkedHashMap<>();
        new String(summary.definition(file), StandardCharsets.UTF_8)
                .lines()
                .takeWhile(line -> !line.startsWith("["))
                .filter(line -> line.startsWith("name:"))
                .findFirst()
                .ifPresent(line ->
                        details.put("machine", line.substring("name:".length()).strip()));
        details.put("uuid", summary.uuid().toString());
        details.put("created", summary.created().toString());
        List<Disk> disks = summary.devices().stream()
                .map(device -> new Disk(device.name(), DiskFormat.RAW.label(), OptionalLong.of(device.size()), ""))
                .toList();
        Optional<String> packing = Optional.of(summary.packing())
                .filter(by -> by != VmaPacking.PLAIN)
                .map(VmaPacking::label);
        return new DiskArchive("VMA", packing, details, disks);
    }

    private static DiskArchive ofXva(Path file, XvaPacking packing) throws IOException {
        XvaDefinition definition = XvaDefinition.of(file);
        SequencedMap<String, String> details = new LinkedHashMap<>();
        if (!definition.machines().isEmpty()) {
            details.put("machine", String.join("; ", definition.machines()));
        }
        definition.version().forEach((field, value) -> details.put(field.replace('_', ' '), value));
        List<Disk> disks = definition.disks().stream()
                .map(disk -> new Disk(disk.folder(), DiskFormat.RAW.label(), OptionalLong.of(disk.size()), disk.name()))
                .toList();
        return new DiskArchive("XVA", label(packing), details, disks);
    }

    static Optional<String> label(XvaPacking packing) {
        return Optional.of(packing).filter(by -> by != XvaPacking.PLAIN).map(XvaPacking::label);
    }

    /**
     * Opens the disk that a path names in an archive whose disks are no files in it, an XVA or a VMA; empty if the path leads into
     * none, or to something else there.
     */
    static Optional<DiskImage> open(Path path) throws IOException {
        Optional<ArchivePath> below = Files.exists(path) ? Optional.empty() : ArchivePath.below(path);
        if (below.isEmpty()) {
            return Optional.empty();
        }
        Path archive = below.get().archive();
        String name = below.get().name();
        Optional<VmaPacking> vma = VmaPacking.of(archive);
        if (vma.isPresent()) {
            requirePlain(archive, vma.get() == VmaPacking.PLAIN, vma.get().label());
            return Optional.of(openVma(archive, name, path));
        }
        XvaPacking packing = XvaPacking.of(archive);
        requirePlain(archive, packing == XvaPacking.PLAIN, packing.label());
        if (XvaArchive.packing(archive).isEmpty()) {
            return Optional.empty();
        }
        Optional<XvaDefinition.Disk> disk = XvaDefinition.of(archive).disk(name);
        return disk.isEmpty()
                ? Optional.empty()
                : Optional.of(XvaArchive.read(archive).open(name, disk.get().size()));
    }

    private static DiskImage openVma(Path file, String name, Path path) throws IOException {
        VmaArchive archive = VmaArchive.read(file);
        Optional<VmaDevice> device = archive.devices().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .or(() -> archive.device(name));
        if (device.isEmpty()) {
            throw new NoSuchFileException(path.toString(), null, "there is no such disk in the archive");
        }
        return archive.open(device.get());
    }

    private static void requirePlain(Path archive, boolean plain, String packing) throws DiskImageException {
        if (!plain) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    archive,
                    "it is packed with " + packing
                            + ", so no disk in it can be read in place; unpack it first, or convert the whole machine");
        }
    }
}
