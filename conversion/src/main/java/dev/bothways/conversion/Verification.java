package dev.bothways.conversion;

import dev.bothways.conversion.bundle.BundledDisk;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.GuestHash;
import dev.bothways.disk.OpenOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks a converted machine against its manifest: every file's digest, every disk's structure and what the guest sees of it. */
public final class Verification {

    private Verification() {}

    /**
     * What was looked at.
     *
     * @param passed what holds, a line each
     * @param failed what does not, a sentence each
     * @param warnings what could not be looked at, a sentence each
     */
    public record Result(List<String> passed, List<String> failed, List<String> warnings) {
        /** Whether everything holds. */
        public boolean good() {
            return failed.isEmpty();
        }
    }

    /** Reads every byte of the machine in {@code folder}. */
    public static Result verify(Path folder) throws IOException {
        Manifest manifest;
        try {
            manifest = Manifest.read(folder);
        } catch (ConversionException e) {
            if (e.kind() != ConversionException.Kind.VERIFICATION) {
                throw e;
            }
            return new Result(List.of(), List.of(String.valueOf(e.getMessage())), List.of());
        }
        List<String> passed = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (Manifest.ManifestDisk disk : manifest.disks()) {
            List<String> wrong = disk(folder, disk);
            failed.addAll(wrong);
            if (wrong.isEmpty()) {
                passed.add(
                        disk.file() + ": file, structure and guest's view are as converted (" + disk.guestHash() + ")");
            }
        }
        if (manifest.asIs()) {
            unchanged(manifest, passed, failed);
        }
        for (Manifest.ManifestFile file : manifest.files()) {
            Path path = Manifest.inFolder(folder, file.file());
            if (!Files.isRegularFile(path)) {
                failed.add(file.file() + " is missing");
            } else if (!FileDigest.of(path).equals(file.sha256())) {
                failed.add(file.file() + " was changed after the conversion");
            } else {
                passed.add(file.file() + ": as converted");
            }
        }
        List<String> warnings = manifest.warning().stream().toList();
        if (warnings.isEmpty()) {
            passed.add(Manifest.FILE + ": as converted");
        }
        return new Result(List.copyOf(passed), List.copyOf(failed), warnings);
    }

    private static List<String> disk(Path folder, Manifest.ManifestDisk disk) throws IOException {
        Path path = Manifest.inFolder(folder, BundledDisk.fileOf(disk.file()));
        if (!Files.isRegularFile(path)) {
            return List.of(disk.file() + " is missing");
        }
        List<String> wrong = new ArrayList<>();
        if (Files.size(path) != disk.fileSize()) {
            wrong.add(disk.file() + " has " + Files.size(path) + " bytes instead of " + disk.fileSize());
        } else if (!FileDigest.of(path).equals(disk.sha256())) {
            wrong.add(disk.file() + " was changed after the conversion (its SHA-256 differs)");
        }
        wrong.addAll(content(path, disk));
        return wrong;
    }

    /** Of a machine that was converted as it is, the source's hashes tell what the disks must show still. */
    private static void unchanged(Manifest manifest, List<String> passed, List<String> failed) {
        List<Manifest.SourceDisk> sources = manifest.source().disks();
        for (int i = 0; i < Math.min(sources.size(), manifest.disks().size()); i++) {
            Manifest.SourceDisk source = sources.get(i);
            Manifest.ManifestDisk disk = manifest.disks().get(i);
            if (source.size() != disk.size()) {
                passed.add(disk.file() + ": converted as it is, with zeros added at its end");
            } else if (source.guestHash().equals(disk.guestHash())) {
                passed.add(disk.file() + ": converted as it is, the same as the source's " + source.file());
            } else {
                failed.add(
                        disk.file() + " was to be converted as it is and differs from the source's " + source.file());
            }
        }
    }

    private static DiskImage open(Path path, Manifest.ManifestDisk disk, DiskFormat format) throws IOException {
        Optional<BundledDisk> packed = BundledDisk.of(disk.file());
        return packed.isPresent()
                ? packed.get().open(path, disk.size())
                : DiskImages.open(path, OpenOptions.usual().as(format));
    }

    /**
     * What is wrong with a disk's structure or with what the guest sees of it.
     *
     * @param path the file that it lies in
     */
    static List<String> content(Path path, Manifest.ManifestDisk disk) throws IOException {
        Optional<DiskFormat> format = DiskFormat.labelled(disk.format());
        if (format.isEmpty()) {
            return List.of(disk.file() + " is said to have the format " + disk.format() + ", which is not known");
        }
        List<String> wrong = new ArrayList<>();
        try (DiskImage image = open(path, disk, format.get())) {
            for (DiskImage.Finding finding : image.check()) {
                if (finding.severity() != DiskImage.Severity.NOTE) {
                    wrong.add(disk.file() + ": " + finding.message());
                }
            }
            if (image.size() != disk.size()) {
                wrong.add(disk.file() + " shows the guest " + image.size() + " bytes instead of " + disk.size());
            } else if (!GuestHash.of(image).toString().equals(disk.guestHash())) {
                wrong.add(disk.file() + " does not show the guest what was converted");
            }
        } catch (dev.bothways.disk.DiskImageException e) {
            wrong.add(e.getMessage());
        }
        return wrong;
    }
}
