package dev.bothways.disk;

import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How an image is to be made.
 *
 * @param allocation whether space is taken as data comes, or all of it at once
 * @param sectorSize the logical sector size in bytes that guests are promised, 512 or 4096
 * @param unit the block or cluster size in bytes, if the format's usual one will not do
 * @param identity what the image's UUIDs are derived from: two images of one machine need two, and the same one gives the same
 *     bytes again
 * @param durable whether the image must have reached the medium when its writer finishes; without it a power cut soon after
 *     may lose it
 * @param compressed whether data is packed, where the format can
 * @param parent the disk that the image holds only the differences to, where the format can
 * @param pipe what the image is written into in place of a file, from its beginning to its end, where the format can
 * @param becoming what the image is called when it is whole, if not as it is made: files beside it are named after that
 * @param settings what else a format lets choose, by the names that {@code qemu-img -o} has for it ({@code subformat},
 *     {@code adapter_type}); a format refuses what it does not know
 */
public record CreateOptions(
        Allocation allocation,
        int sectorSize,
        OptionalLong unit,
        String identity,
        boolean durable,
        boolean compressed,
        Optional<Parent> parent,
        Optional<WritableByteChannel> pipe,
        Optional<Becoming> becoming,
        Map<String, String> settings) {

    /** Whether space is taken as data comes. */
    public enum Allocation {
        /** Space is taken as data comes (dynamic, sparse). */
        DYNAMIC,
        /** All space is taken at once (fixed, preallocated). */
        FIXED
    }

    /**
     * The disk below a differencing image.
     *
     * @param disk opened; the caller closes it
     * @param path where it lies; the new image names it relative to its own folder
     * @param format what it is
     */
    public record Parent(DiskImage disk, Path path, DiskFormat format) {}

    /**
     * What an image will be, whose main file the caller renames when it is whole. A writer of an image of several files gives the
     * others their names itself, when it finishes.
     *
     * @param path the name of the main file in the end
     * @param replace whether other files of the image may replace files that are there already
     * @param kept files that are never replaced: those of the image that is read
     */
    public record Becoming(Path path, boolean replace, List<Path> kept) {
        /** Copies the list. */
        public Becoming {
            kept = List.copyOf(kept);
        }
    }

    /** Refuses sectors other than of 512 or 4096 bytes. */
    public CreateOptions {
        if (sectorSize != 512 && sectorSize != 4096) {
            throw new IllegalArgumentException("sectors have 512 or 4096 bytes, not " + sectorSize);
        }
        settings = Map.copyOf(settings);
    }

    /** Dynamic, sectors of 512 bytes, the format's usual unit, durable, not compressed, without a parent. */
    public static CreateOptions usual() {
        return new CreateOptions(
                Allocation.DYNAMIC,
                512,
                OptionalLong.empty(),
                "",
                true,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    /** These options with another allocation. */
    public CreateOptions with(Allocation other) {
        return new CreateOptions(
                other, sectorSize, unit, identity, durable, compressed, parent, pipe, becoming, settings);
    }

    /** These options with sectors of this many bytes. */
    public CreateOptions withSectorSize(int bytes) {
        return new CreateOptions(
                allocation, bytes, unit, identity, durable, compressed, parent, pipe, becoming, settings);
    }

    /** These options with units of this many bytes. */
    public CreateOptions withUnit(long bytes) {
        return new CreateOptions(
                allocation,
                sectorSize,
                OptionalLong.of(bytes),
                identity,
                durable,
                compressed,
                parent,
                pipe,
                becoming,
                settings);
    }

    /** These options with UUIDs derived from {@code other}. */
    public CreateOptions withIdentity(String other) {
        return new CreateOptions(
                allocation, sectorSize, unit, other, durable, compressed, parent, pipe, becoming, settings);
    }

    /** These options, without waiting for the medium. */
    public CreateOptions withoutWaiting() {
        return new CreateOptions(
                allocation, sectorSize, unit, identity, false, compressed, parent, pipe, becoming, settings);
    }

    /** These options, with data packed. */
    public CreateOptions packing() {
        return new CreateOptions(
                allocation, sectorSize, unit, identity, durable, true, parent, pipe, becoming, settings);
    }

    /** These options, for an image of the differences to {@code other}. */
    public CreateOptions over(Parent other) {
        return new CreateOptions(
                allocation,
                sectorSize,
                unit,
                identity,
                durable,
                compressed,
                Optional.of(other),
                pipe,
                becoming,
                settings);
    }

    /** These options, for an image that goes into a pipe. */
    public CreateOptions into(WritableByteChannel channel) {
        return new CreateOptions(
                allocation,
                sectorSize,
                unit,
                identity,
                durable,
                compressed,
                parent,
                Optional.of(channel),
                becoming,
                settings);
    }

    /** These options, for an image that is renamed when it is whole. */
    public CreateOptions becoming(Becoming later) {
        return new CreateOptions(
                allocation,
                sectorSize,
                unit,
                identity,
                durable,
                compressed,
                parent,
                pipe,
                Optional.of(later),
                settings);
    }

    /** These options with one more setting. */
    public CreateOptions withSetting(String name, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(name, value);
        return new CreateOptions(
                allocation, sectorSize, unit, identity, durable, compressed, parent, pipe, becoming, more);
    }
}
