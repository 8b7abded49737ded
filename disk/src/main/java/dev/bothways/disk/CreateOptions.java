package dev.bothways.disk;

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
 */
public record CreateOptions(
        Allocation allocation, int sectorSize, OptionalLong unit, String identity, boolean durable) {

    /** Whether space is taken as data comes. */
    public enum Allocation {
        /** Space is taken as data comes (dynamic, sparse). */
        DYNAMIC,
        /** All space is taken at once (fixed, preallocated). */
        FIXED
    }

    /** Refuses sectors other than of 512 or 4096 bytes. */
    public CreateOptions {
        if (sectorSize != 512 && sectorSize != 4096) {
            throw new IllegalArgumentException("sectors have 512 or 4096 bytes, not " + sectorSize);
        }
    }

    /** Dynamic, sectors of 512 bytes, the format's usual unit, durable. */
    public static CreateOptions usual() {
        return new CreateOptions(Allocation.DYNAMIC, 512, OptionalLong.empty(), "", true);
    }

    /** These options with another allocation. */
    public CreateOptions with(Allocation other) {
        return new CreateOptions(other, sectorSize, unit, identity, durable);
    }

    /** These options with sectors of this many bytes. */
    public CreateOptions withSectorSize(int bytes) {
        return new CreateOptions(allocation, bytes, unit, identity, durable);
    }

    /** These options with units of this many bytes. */
    public CreateOptions withUnit(long bytes) {
        return new CreateOptions(allocation, sectorSize, OptionalLong.of(bytes), identity, durable);
    }

    /** These options with UUIDs derived from {@code other}. */
    public CreateOptions withIdentity(String other) {
        return new CreateOptions(allocation, sectorSize, unit, other, durable);
    }

    /** These options, without waiting for the medium. */
    public CreateOptions withoutWaiting() {
        return new CreateOptions(allocation, sectorSize, unit, identity, false);
    }
}
