package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.Manifest;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A folder that this program wrote, read back from the machine in its manifest. */
final class ConvertedFolder {
    static final String MANIFEST = Manifest.FILE;

    private ConvertedFolder() {}

    static SourceMachine read(Path folder, SourceOptions options) throws IOException {
        Path file = folder.resolve(MANIFEST);
        Manifest manifest = Manifest.read(folder);
        Machine machine = MachineJson.read(manifest.machine(), file.toString());
        List<String> warnings = new ArrayList<>(manifest.warning().stream().toList());
        AllowedFolders folders = new AllowedFolders(file, options);
        boolean archived = manifest.disks().stream()
                .anyMatch(disk -> BundledDisk.of(disk.file()).isPresent());
        List<SourceDisk> disks = archived
                ? inArchives(folder, manifest, machine)
                : SourceDisks.find(file, machine, folders, warnings, (definition, disk) -> {});
        return new SourceMachine(
                file, "bothways", machine, disks, Optional.empty(), folders.home(), List.of(), warnings);
    }

    private static List<SourceDisk> inArchives(Path folder, Manifest manifest, Machine machine) throws IOException {
        List<SourceDisk> disks = new ArrayList<>();
        for (Disk disk : machine.disks()) {
            if (disk.kind() != Disk.Kind.DISK) {
                continue;
            }
            String name = disk.medium().map(Medium::path).orElse("");
            Path archive = Manifest.inFolder(folder, BundledDisk.fileOf(name));
            Optional<BundledDisk> bundled = BundledDisk.of(name);
            Optional<Manifest.ManifestDisk> listed = manifest.disks().stream()
                    .filter(each -> each.file().equals(name))
                    .findFirst();
            if (bundled.isEmpty() || listed.isEmpty() || !Files.isRegularFile(archive)) {
                throw new ConversionException(
                        ConversionException.Kind.SOURCE,
                        folder.resolve(MANIFEST) + " names the disk " + name + ", which is not there");
            }
            disks.add(new SourceDisk(
                    disk,
                    archive,
                    Optional.empty(),
                    options -> bundled.get().open(archive, listed.get().size())));
        }
        return disks;
    }
}
