package dev.bothways.disk.archive.vma;

import dev.bothways.disk.DiskImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What the header of an archive tells, packed or not: all but the disks' bytes.
 *
 * @param packing how the archive is packed
 * @param uuid by what it is known
 * @param created when it was begun
 * @param configurations the files of the host in it, the definition among them
 * @param devices the disks, by their numbers
 * @param most the most bytes that the archive can have when it is unpacked
 */
public record VmaSummary(
        VmaPacking packing,
        UUID uuid,
        Instant created,
        List<VmaConfiguration> configurations,
        List<VmaDevice> devices,
        long most) {

    public VmaSummary {
        configurations = List.copyOf(configurations);
        devices = List.copyOf(devices);
    }

    /**
     * Reads the header.
     *
     * @throws DiskImageException where it is malformed, or there is no archive
     */
    public static VmaSummary of(Path file) throws IOException {
        VmaPacking packing = VmaPacking.of(file).orElse(VmaPacking.PLAIN);
        VmaHeader header = packing.header(file);
        return new VmaSummary(
                packing, header.uuid(), header.created(), header.configurations(), header.devices(), header.most());
    }

    /** The bytes of the definition. */
    public byte[] definition(Path file) throws DiskImageException {
        return configurations.stream()
                .filter(configuration -> configuration.name().equals(VmaArchive.DEFINITION))
                .map(VmaConfiguration::content)
                .findFirst()
                .orElseThrow(() -> new DiskImageException(
                        DiskImageException.Kind.MALFORMED, file, "the archive has no " + VmaArchive.DEFINITION));
    }

    /** The disk of the drive that the definition has under this key: {@code scsi0}. */
    public Optional<VmaDevice> device(String key) {
        return devices.stream().filter(device -> device.key().equals(key)).findFirst();
    }
}
