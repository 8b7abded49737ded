package dev.bothways.filesystem;

import java.util.Optional;

/**
 * What a volume says it holds.
 *
 * @param type the usual name: {@code ext4}, {@code xfs}, {@code btrfs}, {@code ntfs}, {@code exfat}, {@code fat12}, {@code
 *     fat16}, {@code fat32}, {@code swap}, {@code f2fs}, {@code reiserfs}, {@code jfs}, {@code squashfs}, {@code iso9660},
 *     {@code erofs}; of what is no file system, the name that {@code blkid} has: {@code LVM2_member}, {@code crypto_LUKS},
 *     {@code linux_raid_member}, {@code zfs_member}, {@code BitLocker}
 * @param uuid the identity in the form that {@code blkid} prints, where it is cheap to find
 * @param label the label, where it is cheap to find
 */
public record VolumeIdentity(String type, Optional<String> uuid, Optional<String> label) {}
