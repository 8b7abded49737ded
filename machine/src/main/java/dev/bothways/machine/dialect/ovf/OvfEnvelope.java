package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.xml.XmlElement;
import dev.bothways.machine.dialect.xml.XmlReader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An envelope with what a bundle needs to know beside its machines: which files belong to it, and which disk lies in which.
 *
 * @param version as it says, {@code 0.9}, {@code 1.0}; OVF 1.x need not say it
 * @param files that belong to the package, in order
 * @param disks in order
 * @param configurations of the hardware that the author offers; none if there is but one
 * @param machines as they are in the configuration that was asked for
 * @param warnings what looked wrong in the envelope itself; the machines have them, too
 */
public record OvfEnvelope(
        Optional<String> version,
        List<FileReference> files,
        List<DiskEntry> disks,
        List<Configuration> configurations,
        List<Parsed> machines,
        List<String> warnings) {

    /** A format of files that means they are packed with gzip; what else may stand there is {@code identity}. */
    public static final String GZIP = "gzip";

    /**
     * A file of the package.
     *
     * @param id by what the envelope knows it
     * @param href where it lies, seen from the envelope: a relative path, in principle a URI; nothing of it has been checked
     * @param size in bytes, as packed
     * @param compression how it is packed, {@link #GZIP}; empty text if it is not
     * @param chunkSize if it is cut into pieces of this many bytes, {@code href.000000000} and so on
     */
    public record FileReference(
            String id, String href, OptionalLong size, String compression, OptionalLong chunkSize) {}

    /**
     * A disk.
     *
     * @param id by what the machines know it
     * @param file the {@link FileReference#id} of its content; without one it is made, empty
     * @param capacity what the guest sees, in bytes; empty if it depends on a property that the person who installs it sets
     * @param parent the id of the disk that this one holds the differences to
     * @param format the image's format in this project's words, or empty text
     */
    public record DiskEntry(
            String id, Optional<String> file, OptionalLong capacity, Optional<String> parent, String format) {}

    /**
     * A choice of hardware.
     *
     * @param id by what items name it
     * @param label what people read; empty text if there is none
     * @param usual whether it is taken if nobody chooses
     */
    public record Configuration(String id, String label, boolean usual) {}

    public OvfEnvelope {
        files = List.copyOf(files);
        disks = List.copyOf(disks);
        configurations = List.copyOf(configurations);
        machines = List.copyOf(machines);
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads an envelope.
     *
     * @param fileName what to call it in messages
     * @param configuration which choice of hardware to take; the author's if there is none
     * @param lax whether what the specification forbids is only a warning, where the envelope can be understood all the same
     */
    public static OvfEnvelope read(byte[] content, String fileName, Optional<String> configuration, boolean lax)
            throws DefinitionException {
        XmlElement root = XmlReader.read(content, fileName);
        OvfContext context = new OvfContext(fileName, root.namespace().equals(OvfNamespaces.DRAFT));
        OvfEnvelope envelope = new EnvelopeReader(root, context, configuration).read();
        if (!lax) {
            context.refuseBreaches();
        }
        return envelope;
    }

    /** The file of this id. */
    public Optional<FileReference> file(String id) {
        return files.stream().filter(file -> file.id().equals(id)).findFirst();
    }

    /** The file of this {@link FileReference#href}, which is a medium's path in the machines. */
    public Optional<FileReference> fileAt(String href) {
        return files.stream().filter(file -> file.href().equals(href)).findFirst();
    }
}
