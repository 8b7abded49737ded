package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.machine.Machine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A folder that this program wrote, read back from the machine in its manifest. */
final class ConvertedFolder {
    static final String MANIFEST = "bothways.json";
    private static final long LARGEST_MANIFEST = 64L << 20;

    private ConvertedFolder() {}

    static SourceMachine read(Path folder, SourceOptions options) throws IOException {
        Path file = folder.resolve(MANIFEST);
        Machine machine = MachineJson.read(machineOf(file), file.toString());
        List<String> warnings = new ArrayList<>();
        AllowedFolders folders = new AllowedFolders(file, options);
        List<SourceDisk> disks = SourceDisks.find(file, machine, folders, warnings, (definition, disk) -> {});
        return new SourceMachine(file, "bothways", machine, disks, Optional.empty(), folders.home(), warnings);
    }

    private static JsonNode machineOf(Path file) throws IOException {
        if (Files.size(file) > LARGEST_MANIFEST) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE, file + " is larger than any manifest; it is not read");
        }
        try {
            JsonNode machine = JsonMapper.shared()
                    .readTree(Files.readString(file, StandardCharsets.UTF_8))
                    .path("machine");
            if (machine.isMissingNode()) {
                throw new ConversionException(
                        ConversionException.Kind.SOURCE, file + " holds no machine, so it is no manifest");
            }
            return machine;
        } catch (JacksonException e) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE, file + " is no manifest: " + e.getOriginalMessage(), e);
        }
    }
}
