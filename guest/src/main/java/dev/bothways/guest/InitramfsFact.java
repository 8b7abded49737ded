package dev.bothways.guest;

import dev.bothways.guest.linux.initramfs.InitramfsTree;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What an initramfs holds.
 *
 * @param path in the guest's tree; of one that the host gives, on the host
 * @param archives the concatenated archives in order
 * @param tree what they unpack to
 * @param modules the kernel modules in it for its kernel's release: canonical name to path in the archive, {@code
 *     usr/lib/modules/6.1.0-50-amd64/kernel/drivers/block/xen-blkfront.ko}
 * @param generator what made it
 * @param hostOnly whether it was made for one machine's hardware alone, where that shows
 * @param problem why its rest could not be read, as one sentence; the other facts hold as far as it was read
 */
public record InitramfsFact(
        String path,
        List<Archive> archives,
        InitramfsTree tree,
        SortedMap<String, String> modules,
        Generator generator,
        Optional<Boolean> hostOnly,
        Optional<String> problem) {

    /** What makes an initramfs. */
    public enum Generator {
        INITRAMFS_TOOLS,
        DRACUT,
        MKINITCPIO,
        MKINITFS,
        MKINITRD,
        UNKNOWN
    }

    /**
     * One cpio archive of the concatenation.
     *
     * @param offset in the file, in bytes, without the padding before it
     * @param compression {@code none}, {@code gzip}, {@code zstd}, {@code xz}, {@code lz4}, {@code lzma}, {@code bzip2}, {@code lzo}
     * @param entries how many names it holds
     */
    public record Archive(long offset, String compression, int entries) {}

    /** Whether it holds a module of this name, in either spelling. */
    public boolean holds(String module) {
        return modules.containsKey(KernelModules.canonical(module));
    }
}
