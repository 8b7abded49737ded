package dev.bothways.filesystem;

/** What a volume may hold, by the name that programs use and the one that people use. */
public enum FileSystemKind {
    EXT2("ext2", "ext2", Role.FILES),
    EXT3("ext3", "ext3", Role.FILES),
    EXT4("ext4", "ext4", Role.FILES),
    XFS("xfs", "XFS", Role.FILES),
    BTRFS("btrfs", "btrfs", Role.FILES),
    NTFS("ntfs", "NTFS", Role.FILES),
    REFS("ReFS", "ReFS", Role.FILES),
    FAT12("fat12", "FAT12", Role.FILES),
    FAT16("fat16", "FAT16", Role.FILES),
    FAT32("fat32", "FAT32", Role.FILES),
    EXFAT("exfat", "exFAT", Role.FILES),
    F2FS("f2fs", "F2FS", Role.FILES),
    REISERFS("reiserfs", "ReiserFS", Role.FILES),
    JFS("jfs", "JFS", Role.FILES),
    UFS("ufs", "UFS", Role.FILES),
    HFS("hfs", "HFS", Role.FILES),
    HFS_PLUS("hfsplus", "HFS+", Role.FILES),
    APFS("apfs", "APFS", Role.FILES),
    ISO9660("iso9660", "ISO 9660", Role.FILES),
    UDF("udf", "UDF", Role.FILES),
    SQUASHFS("squashfs", "squashfs", Role.FILES),
    EROFS("erofs", "EROFS", Role.FILES),
    VMFS("VMFS", "VMFS", Role.FILES),
    SWAP("swap", "swap", Role.SWAP),
    SUSPENDED("swsuspend", "swap with a hibernated system", Role.SWAP),
    LVM2("LVM2_member", "LVM2 physical volume", Role.CONTAINER),
    MD("linux_raid_member", "member of a Linux software RAID (md)", Role.CONTAINER),
    ZFS("zfs_member", "ZFS", Role.CONTAINER),
    VMFS_VOLUME("VMFS_volume_member", "VMFS", Role.CONTAINER),
    LUKS1("crypto_LUKS", "LUKS1", Role.ENCRYPTED),
    LUKS2("crypto_LUKS", "LUKS2", Role.ENCRYPTED),
    BITLOCKER("BitLocker", "BitLocker", Role.ENCRYPTED);

    /** What a volume is for. */
    public enum Role {
        /** It holds files. */
        FILES,
        /** It holds pages of memory. */
        SWAP,
        /** It is a part of something larger, or holds other volumes. */
        CONTAINER,
        /** What it holds can only be read with a key. */
        ENCRYPTED
    }

    private final String type;
    private final String description;
    private final Role role;

    FileSystemKind(String type, String description, Role role) {
        this.type = type;
        this.description = description;
        this.role = role;
    }

    /** The name that {@code blkid} has; for FAT it tells the width, for UFS and LUKS not the version. */
    public String type() {
        return type;
    }

    /** The usual name, for people. */
    public String description() {
        return description;
    }

    /** What such a volume is for. */
    public Role role() {
        return role;
    }
}
