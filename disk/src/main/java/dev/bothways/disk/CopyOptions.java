package dev.bothways.disk;

import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * How a disk is to be copied.
 *
 * @param hash whether the hash of what the guest sees is wanted
 * @param share whether files may share their bytes where the file system can do so: instantly, and without new space
 * @param progress is told after every piece, in order, by one thread at a time; it must be quick
 * @param rate the most bytes of the source to read or share in a second, if there is a limit; at least 1
 */
public record CopyOptions(boolean hash, boolean share, Consumer<Progress> progress, OptionalLong rate) {

    /**
     * How far a copy has come.
     *
     * @param position everything before this byte of the disk is done or under way
     * @param size the size of the disk, in bytes
     * @param data how many bytes of data were read or shared so far
     */
    public record Progress(long position, long size, long data) {}

    /** No hash, shared where possible, nobody is told. */
    public static CopyOptions usual() {
        return new CopyOptions(false, true, progress -> {}, OptionalLong.empty());
    }

    /** These options, with the hash. */
    public CopyOptions withHash() {
        return new CopyOptions(true, share, progress, rate);
    }

    /** These options, without sharing: the copy takes space of its own. */
    public CopyOptions withoutSharing() {
        return new CopyOptions(hash, false, progress, rate);
    }

    /** These options, with somebody to tell. */
    public CopyOptions telling(Consumer<Progress> listener) {
        return new CopyOptions(hash, share, listener, rate);
    }

    /** These options, with at most so many bytes a second. */
    public CopyOptions atMost(long bytesPerSecond) {
        return new CopyOptions(hash, share, progress, OptionalLong.of(bytesPerSecond));
    }
}
