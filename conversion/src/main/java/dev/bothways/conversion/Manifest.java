package dev.bothways.conversion;

import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The record of a conversion, {@value #FILE} in the machine's folder: what was read, what was written, and every change
 * between with its reason. It holds no time and no secret, so the same source gives the same bytes. Its schema is
 * {@code docs/formats/manifest.schema.json}.
 *
 * @param schema the version of this form, {@value #SCHEMA}
 * @param bothways the version of the program
 * @param target what was asked for
 * @param platform the hardware that the machine is for
 * @param source what was read
 * @param machine the machine as it is now
 * @param disks its hard disks
 * @param files all other files of the folder but this one
 * @param changes what of the definition became something else
 * @param fixups the changes inside the guest, in the order in which they were made
 * @param lost what stayed behind
 * @param asIs whether nothing inside the guest was touched
 * @param warnings what someone should look at
 */
public record Manifest(
        int schema,
        String bothways,
        String target,
        String platform,
        Source source,
        JsonNode machine,
        List<ManifestDisk> disks,
        List<ManifestFile> files,
        List<Change> changes,
        List<FixupRecord> fixups,
        List<LostItem> lost,
        boolean asIs,
        List<String> warnings) {

    public Manifest {
        disks = List.copyOf(disks);
        files = List.copyOf(files);
        changes = List.copyOf(changes);
        fixups = List.copyOf(fixups);
        lost = List.copyOf(lost);
        warnings = List.copyOf(warnings);
    }

    /** The manifest's name in the folder. */
    public static final String FILE = "bothways.json";

    static final int SCHEMA = 2;

    /** The form before, without a checksum of the manifest itself. */
    private static final int WITHOUT_CHECKSUM = 1;

    private static final int LARGEST = 4 << 20;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    /** What was read: the definition's file name, its dialect, and its disks. */
    public record Source(String definition, String dialect, List<SourceDisk> disks) {}

    /**
     * A disk of the source.
     *
     * @param device its name in the guest
     * @param file its file name
     * @param size what the guest saw, in bytes
     * @param guestHash of what the guest saw
     */
    public record SourceDisk(String device, String file, String format, long size, String guestHash) {}

    /**
     * A disk of the machine.
     *
     * @param file its name in the folder
     * @param size what the guest sees, in bytes
     * @param guestHash of what the guest sees
     * @param fileSize in bytes
     * @param sha256 of the file
     */
    public record ManifestDisk(String file, String format, long size, String guestHash, long fileSize, String sha256) {}

    /** A small file of the folder. */
    public record ManifestFile(String file, String sha256) {}

    /** An item of the definition that became something else, and why. */
    public record Change(String item, String from, String to, String why) {}

    /**
     * One change inside the guest, or of its disks.
     *
     * @param fixup which fix-up asked for it
     * @param path the guest's file; of a disk, its device
     * @param reason why the guest would not boot (or lose its network or console) without it
     * @param summary what changed, a line each
     * @param before the file's digest before; empty where it was made
     * @param after its digest after; empty where it went
     */
    public record FixupRecord(
            String fixup,
            String path,
            String reason,
            List<String> summary,
            Optional<String> before,
            Optional<String> after) {}

    /** An item that stayed behind, and why. */
    public record LostItem(String item, String why) {}

    /** The text of the file, with its checksum. */
    public String text() {
        return ManifestChecksum.added(MAPPER.writeValueAsString(this) + "\n");
    }

    /** What is to be said of a manifest that was read, besides what it holds. */
    public Optional<String> warning() {
        return schema == WITHOUT_CHECKSUM
                ? Optional.of(FILE + " was written by an earlier version, without a checksum of its own:"
                        + " changes of it are not noticed")
                : Optional.empty();
    }

    /** Reads the manifest of a folder. */
    public static Manifest read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        if (!Files.isRegularFile(file)) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    folder + " has no " + FILE + ", so it is no machine that bothways converted");
        }
        byte[] content = HostFile.readAll(file, LARGEST);
        Optional<Boolean> fits = ManifestChecksum.fits(content);
        if (fits.equals(Optional.of(false))) {
            throw changed(file);
        }
        try {
            JsonNode json = MAPPER.readTree(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString());
            int schema = json.path("schema").asInt(SCHEMA);
            if (schema != SCHEMA && schema != WITHOUT_CHECKSUM) {
                throw new ConversionException(
                        ConversionException.Kind.SOURCE,
                        file + " has the schema " + schema + ", and this version reads "
                                + WITHOUT_CHECKSUM + " and " + SCHEMA
                                + "; use the version of bothways that wrote it ("
                                + json.path("bothways").asString("unknown") + ")");
            }
            if (!json.isObject()) {
                throw refused(file, "it holds no JSON object", null);
            }
            if (json instanceof ObjectNode object && !object.has("asIs")) {
                object.put("asIs", false); // Manifests of before there was such a choice.
            }
            if (fits.isEmpty() && json.path("schema").asInt(0) == SCHEMA) {
                throw changed(file);
            }
            return MAPPER.treeToValue(json, Manifest.class);
        } catch (JacksonException e) {
            throw refused(file, e.getOriginalMessage().lines().findFirst().orElse(""), e);
        } catch (CharacterCodingException e) {
            throw refused(file, "it is no text in UTF-8", e);
        }
    }

    private static ConversionException changed(Path file) {
        return new ConversionException(
                ConversionException.Kind.VERIFICATION,
                file + " was changed after the conversion (its checksum does not fit); convert the source again");
    }

    private static ConversionException refused(Path file, String why, @Nullable Exception cause) {
        return new ConversionException(ConversionException.Kind.SOURCE, file + " is no manifest: " + why, cause);
    }

    /** The file of the folder that a name in the manifest means; a name that leads out of the folder is refused. */
    public static Path inFolder(Path folder, String name) throws IOException {
        Path real = folder.toRealPath();
        Path file;
        try {
            file = real.resolve(name).normalize();
        } catch (InvalidPathException e) {
            throw outside(folder, name);
        }
        if (!file.startsWith(real)) {
            throw outside(folder, name);
        }
        if (Files.exists(file) && !file.toRealPath().startsWith(real)) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    file + " is a link that leads out of the folder; it is not followed");
        }
        return file;
    }

    private static ConversionException outside(Path folder, String name) {
        return new ConversionException(
                ConversionException.Kind.SOURCE, "the manifest names " + name + ", which is not in " + folder);
    }
}
