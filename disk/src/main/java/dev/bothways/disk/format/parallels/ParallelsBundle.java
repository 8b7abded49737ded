package dev.bothways.disk.format.parallels;

import dev.bothways.disk.ConcatenatedDisk;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.mapped.FindingList;
import dev.bothways.disk.format.mapped.MappedImage;
import dev.bothways.disk.format.mapped.SecondaryFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A disk of Parallels: a folder with a {@code DiskDescriptor.xml} and the images it names. The disk is one storage, or several one behind
 * the other (a split disk); each has an image for every snapshot, of which those from the wanted state down to the first one count.
 */
public final class ParallelsBundle extends MappedImage {
    private final HostFile file;
    private final ParallelsDescriptor descriptor;
    private final List<String> chain;
    private final List<ParallelsStorage> storages;

    private ParallelsBundle(
            HostFile file, ParallelsDescriptor descriptor, List<String> chain, List<ParallelsStorage> storages) {
        super(disk(storages), Optional.empty());
        this.file = file;
        this.descriptor = descriptor;
        this.chain = chain;
        this.storages = storages;
    }

    private static VirtualDisk disk(List<ParallelsStorage> storages) {
        return new ConcatenatedDisk(
                storages.stream().map(ParallelsStorage::disk).toList());
    }

    static ParallelsBundle open(HostFile file, OpenOptions options) throws IOException {
        ParallelsDescriptor descriptor = ParallelsDescriptor.read(file);
        String wanted = options.snapshot().isPresent()
                ? snapshot(descriptor, options.snapshot().get())
                : descriptor.top();
        List<String> chain = descriptor.chain(wanted);
        SecondaryFiles secondary = SecondaryFiles.of(file.path(), options);
        List<ParallelsStorage> storages = new ArrayList<>();
        try {
            for (ParallelsDescriptor.Storage storage : descriptor.storages()) {
                storages.add(ParallelsStorage.open(descriptor, storage, chain, secondary));
            }
            return new ParallelsBundle(file, descriptor, chain, List.copyOf(storages));
        } catch (IOException | RuntimeException e) {
            for (ParallelsStorage opened : storages) {
                opened.close();
            }
            throw e;
        }
    }

    private static String snapshot(ParallelsDescriptor descriptor, String wanted) throws DiskImageException {
        String id = wanted.toLowerCase(Locale.ROOT);
        String inBraces = id.startsWith("{") ? id : "{" + id + "}";
        if (descriptor.shots().containsKey(inBraces)) {
            return inBraces;
        }
        List<String> named = descriptor.names().entrySet().stream()
                .filter(entry -> entry.getValue().equals(wanted))
                .map(entry -> entry.getKey())
                .toList();
        if (named.size() == 1) {
            return named.getFirst();
        }
        throw new DiskImageException(
                Kind.UNSUPPORTED,
                descriptor.path(),
                (named.isEmpty() ? "there is no snapshot '%s'; there are %s" : "several snapshots are named '%s' of %s")
                        .formatted(
                                wanted,
                                String.join(
                                        ", ",
                                        descriptor.shots().keySet().stream()
                                                .sorted()
                                                .toList())));
    }

    /**
     * Refuses an image that is only a part of the disk that the descriptor beside it describes: it would read as zeros where its
     * parent's data should be, or end too early.
     */
    static void refusePartOfOne(Path image, OpenOptions options) throws IOException {
        SecondaryFiles secondary = SecondaryFiles.of(image, options);
        Optional<Path> beside = secondary.candidates(image, List.of(ParallelsDescriptor.FILE_NAME)).stream()
                .findFirst();
        if (beside.isEmpty()) {
            return;
        }
        String name = String.valueOf(image.getFileName());
        try (HostFile file = HostFile.open(beside.get())) {
            ParallelsDescriptor descriptor = ParallelsDescriptor.read(file);
            for (ParallelsDescriptor.Storage storage : descriptor.storages()) {
                for (ParallelsDescriptor.Image one : storage.images()) {
                    boolean part = descriptor.storages().size() > 1
                            || !descriptor
                                    .shots()
                                    .getOrDefault(one.id(), ParallelsDescriptor.NONE)
                                    .equals(ParallelsDescriptor.NONE);
                    if (SecondaryFiles.lastPart(one.file()).equals(name) && part) {
                        throw new DiskImageException(
                                Kind.UNSAFE,
                                image,
                                "it is a part of the disk that %s describes; open the folder, or name the format parallels to read this part alone"
                                        .formatted(beside.get()));
                    }
                }
            }
        } catch (DiskImageException e) {
            if (e.path().equals(image)) {
                throw e;
            } // Else the descriptor is no sound one, and says nothing of this file.
        }
    }

    @Override
    protected List<HostFile> ownFiles() {
        List<HostFile> files = new ArrayList<>(List.of(file));
        storages.forEach(storage -> files.addAll(storage.files()));
        return files;
    }

    @Override
    protected ImageDescription describe(List<Path> files) throws IOException {
        SequencedMap<String, String> details = new LinkedHashMap<>();
        details.put("id", descriptor.id());
        details.put("state", chain.getFirst());
        if (chain.size() > 1) {
            details.put("snapshots below", String.join(", ", chain.subList(1, chain.size())));
        }
        List<String> others = descriptor.shots().keySet().stream()
                .filter(shot -> !chain.contains(shot))
                .sorted()
                .toList();
        if (!others.isEmpty()) {
            details.put("other snapshots", String.join(", ", others));
        }
        if (!descriptor.names().isEmpty()) {
            details.put("names", descriptor.names().toString());
        }
        details.put("parts", String.valueOf(storages.size()));
        List<String> notes = storages.stream()
                .flatMap(storage -> storage.notes().stream())
                .distinct()
                .toList();
        if (!notes.isEmpty()) {
            details.put("notes", String.join("; ", notes));
        }
        return new ImageDescription(
                DiskFormat.PARALLELS,
                storages.size() > 1
                        ? "split"
                        : chain.size() > 1 ? "snapshots" : storages.getFirst().kind(),
                size(),
                sectorSize(),
                storages.getFirst().unit(),
                files,
                details);
    }

    @Override
    protected List<Finding> checkItself() throws IOException {
        FindingList own = new FindingList(file.path());
        List<HostFile> files = ownFiles();
        if (files.stream().map(HostFile::path).distinct().count() < files.size()) {
            own.add(Severity.ERROR, "it names a file twice");
        }
        List<Finding> findings = new ArrayList<>(own.findings());
        for (ParallelsStorage storage : storages) {
            findings.addAll(storage.check());
        }
        return findings;
    }

    @Override
    public void close() throws IOException {
        try {
            for (ParallelsStorage storage : storages) {
                storage.close();
            }
        } finally {
            file.close();
        }
    }
}
