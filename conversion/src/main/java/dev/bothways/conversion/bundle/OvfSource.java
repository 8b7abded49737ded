package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.conversion.bundle.ovf.BlankImage;
import dev.bothways.conversion.bundle.ovf.OvfPackage;
import dev.bothways.conversion.bundle.ovf.PackedImage;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.archive.ArchivePath;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.dialect.ovf.OvfEnvelope;
import dev.bothways.machine.dialect.ovf.OvfEnvelope.DiskEntry;
import dev.bothways.machine.dialect.ovf.OvfEnvelope.FileReference;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A machine in an OVF package: an envelope in a folder, or an OVA, whose disks are read where they lie in the archive. Certificate
 * and manifest are checked as far as the envelope goes; the digests of the disks are compared by {@link OvfPackage#differing}.
 */
final class OvfSource {
    private static final int MOST_PARTS = 100_000;

    private final Path source;
    private final OvfPackage files;
    private final OvfEnvelope envelope;
    private final SourceOptions options;
    private final List<String> warnings = new ArrayList<>();

    private OvfSource(Path source, OvfPackage files, OvfEnvelope envelope, SourceOptions options) {
        this.source = source;
        this.files = files;
        this.envelope = envelope;
        this.options = options;
    }

    /**
     * The machine.
     *
     * @param source an {@code .ovf} or {@code .ova}; what it is, its content tells
     */
    static SourceMachine read(Path source, SourceOptions options) throws IOException {
        OvfPackage files = OvfPackage.of(source);
        List<String> odd = files.checkEnvelope(Clock.systemUTC().instant());
        OvfEnvelope envelope = OvfEnvelope.read(
                files.envelope(), files.descriptor().toString(), options.configuration(), options.lax());
        ChosenMachine chosen = ChosenMachine.of(source, envelope.machines(), options);
        OvfSource read = new OvfSource(source, files, envelope, options);
        read.warnings.addAll(files.warnings());
        read.warnings.addAll(odd);
        read.warnings.addAll(chosen.warnings());
        AllowedFolders folders = new AllowedFolders(source, options);
        List<SourceDisk> disks = read.disks(chosen.machine(), folders);
        return new SourceMachine(
                source,
                "ovf",
                chosen.machine(),
                disks,
                Optional.empty(),
                files.archived() ? source.toRealPath() : folders.home(),
                chosen.lost(),
                read.warnings);
    }

    private List<SourceDisk> disks(Machine machine, AllowedFolders folders) throws IOException {
        List<SourceDisk> disks = new ArrayList<>();
        for (Disk disk : machine.disks()) {
            if (disk.kind() == Disk.Kind.DISK) {
                disks.add(disk.medium().isPresent() ? disk(disk, disk.medium().get(), folders) : blank(disk));
            }
        }
        return disks;
    }

    private SourceDisk blank(Disk disk) throws IOException {
        if (disk.size().isEmpty()) {
            throw wrong("the disk " + disk.slot().deviceName() + " has no image, and its size is not said");
        }
        Path holder = source.toRealPath();
        long size = disk.size().getAsLong();
        return new SourceDisk(disk, holder, Optional.empty(), options -> new BlankImage(size, holder));
    }

    private SourceDisk disk(Disk disk, Medium medium, AllowedFolders folders) throws IOException {
        String what = "the disk " + disk.slot().deviceName();
        FileReference reference = envelope.fileAt(medium.path()).orElseThrow();
        if (reference.href().contains("://")) {
            throw wrong(
                    what + " is " + reference.href() + ", which is not fetched; get it and put it into the package");
        }
        if (!medium.format().isEmpty() && DiskFormat.labelled(medium.format()).isEmpty()) {
            throw wrong(what + " is a " + medium.format() + " image, which is not read");
        }
        List<Path> parts = parts(what, reference, folders);
        checkSize(reference, parts);
        Path holder = ArchivePath.holderOf(parts.getFirst()).toRealPath();
        if (reference.compression().equals(OvfEnvelope.GZIP)) {
            long largest = PackedImage.largest(capacity(what, reference));
            UnpackedDisks unpacked = new UnpackedDisks(holder, Scratch.of(options), largest, folder -> {
                Path image = folder.resolve("image");
                PackedImage.unpack(parts, image, largest);
                return (name, options) -> DiskImages.open(image, options);
            });
            warnings.add(unpacked.warning(OvfEnvelope.GZIP));
            return new SourceDisk(disk, holder, Optional.empty(), options -> unpacked.open(reference.href(), options));
        }
        return new SourceDisk(
                disk,
                holder,
                Optional.empty(),
                options -> parts.size() == 1
                        ? DiskImages.open(parts.getFirst(), options)
                        : DiskImages.openJoined(parts, options));
    }

    private long capacity(String what, FileReference reference) throws ConversionException {
        return envelope.disks().stream()
                .filter(entry -> entry.file().equals(Optional.of(reference.id())))
                .map(DiskEntry::capacity)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .max()
                .orElseThrow(() -> wrong(what + " is packed, and without its size nothing bounds what comes out"));
    }

    /** The file, or the pieces of a file that is cut. */
    private List<Path> parts(String what, FileReference reference, AllowedFolders folders) throws IOException {
        if (reference.chunkSize().isEmpty()) {
            return List.of(whole(what, reference.href(), folders));
        }
        List<Path> parts = new ArrayList<>();
        for (Optional<Path> next = part(reference, 0); next.isPresent(); next = part(reference, parts.size())) {
            parts.add(next.get());
            if (parts.size() > MOST_PARTS) {
                throw wrong(what + " is cut into more than " + MOST_PARTS + " pieces");
            }
        }
        return parts.isEmpty() ? List.of(whole(what, reference.href(), folders)) : parts;
    }

    /** DSP0243, 7.1: the number of the piece, from 0, in nine digits. */
    private Optional<Path> part(FileReference reference, int number) throws IOException {
        return files.file(reference.href() + ".%09d".formatted(number));
    }

    private Path whole(String what, String href, AllowedFolders folders) throws IOException {
        Optional<Path> found = files.file(href);
        if (found.isPresent()) {
            return found.get();
        }
        if (files.archived()) {
            throw wrong(what + " is " + href + ", which is not in the archive");
        }
        return folders.file(what, href, warnings);
    }

    /** Refuses a file of another size than the envelope says. That it is empty, programs say that do not know it. */
    private void checkSize(FileReference reference, List<Path> parts) throws IOException {
        if (reference.size().isEmpty()) {
            return;
        }
        long size = 0;
        for (Path part : parts) {
            try (HostFile file = HostFile.open(part)) {
                size += file.size();
            } catch (DiskImageException e) {
                return; // The archive is cut here: opening the disk tells.
            }
        }
        if (size != reference.size().getAsLong()) {
            String message = parts.getFirst() + " has " + size + " bytes, and the envelope says "
                    + reference.size().getAsLong();
            if (reference.size().getAsLong() > 0 && !options.lax()) {
                throw wrong(message + "; get the package anew, or have it read all the same with --lax");
            }
            warnings.add(message);
        }
    }

    private ConversionException wrong(String message) {
        return new ConversionException(ConversionException.Kind.SOURCE, source + ": " + message);
    }
}
