package dev.bothways.conversion.bundle;

import dev.bothways.conversion.Manifest;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.machine.Machine;
import java.io.IOException;
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
        Machine machine = MachineJson.read(Manifest.read(folder).machine(), file.toString());
        List<String> warnings = new ArrayList<>();
        AllowedFolders folders = new AllowedFolders(file, options);
        if (XvaSource.holds(machine)) {
            return XvaSource.ofFolder(file, machine, folders.home());
        }
        List<SourceDisk> disks = SourceDisks.find(file, machine, folders, warnings, (definition, disk) -> {});
        return new SourceMachine(
                file, "bothways", machine, disks, Optional.empty(), folders.home(), List.of(), warnings);
    }
}
