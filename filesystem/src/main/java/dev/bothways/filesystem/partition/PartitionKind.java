package dev.bothways.filesystem.partition;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** What a partition's type says it holds, with the type's number in an MBR and its GUID in a GPT, where it has them. */
public enum PartitionKind {
    LINUX("Linux filesystem", 0x83, "0fc63daf-8483-4772-8e79-3d69d8477de4"),
    LINUX_SWAP("Linux swap", 0x82, "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f"),
    LINUX_LVM("Linux LVM", 0x8e, "e6d6d379-f507-44c2-a23c-238f2a3df928"),
    LINUX_RAID("Linux RAID", 0xfd, "a19d880f-05fc-4d3b-a006-743f0f84911e"),
    LINUX_HOME("Linux home", -1, "933ac7e1-2eb4-4f13-b844-0e14e2aef915"),
    LINUX_RESERVED("Linux reserved", -1, "8da63339-0007-60c0-c436-083ac8230908"),
    LINUX_EXTENDED_BOOT("Linux extended boot", 0xea, "bc13c2ff-59e6-4262-a352-b275fd6f7172"),
    LINUX_ROOT_X86("Linux root (x86)", -1, "44479540-f297-41b2-9af7-d131d5f0458a"),
    LINUX_ROOT_X86_64("Linux root (x86-64)", -1, "4f68bce3-e8cd-4db1-96e7-fbcaf984b709"),
    LINUX_ROOT_ARM_64("Linux root (ARM-64)", -1, "b921b045-1df0-41c3-af44-4c6f280d3fae"),
    LINUX_USR_X86_64("Linux /usr (x86-64)", -1, "8484680c-9521-48c6-9c11-b0720656f69e"),
    LINUX_VAR("Linux /var", -1, "4d21b016-b534-45c2-a9fb-5c16e091fd2d"),
    LINUX_SRV("Linux /srv", -1, "3b8f8425-20e0-4f3b-907f-1a25a76f98e8"),
    LINUX_ENCRYPTED("Linux LUKS", 0xe8, "ca7d7ccb-63ed-4c53-861c-1742536059cc"),
    EFI_SYSTEM("EFI system", 0xef, "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"),
    BIOS_BOOT("BIOS boot", -1, "21686148-6449-6e6f-744e-656564454649"),
    POWERPC_BOOT("PowerPC PReP boot", 0x41, "9e1a2d38-c612-4316-aa26-8b49521e5a8b"),
    MICROSOFT_DATA("Microsoft basic data", 0x07, "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7"),
    MICROSOFT_RESERVED("Microsoft reserved", -1, "e3c9e316-0b5c-4db8-817d-f92df00215ae"),
    MICROSOFT_RECOVERY("Windows recovery", 0x27, "de94bba4-06d1-4d40-a16a-bfd50179d6ac"),
    MICROSOFT_DYNAMIC_METADATA("Windows dynamic disk metadata", -1, "5808c8aa-7e8f-42e0-85d2-e1e90434cfb3"),
    MICROSOFT_DYNAMIC_DATA("Windows dynamic disk", 0x42, "af9b60a0-1431-4f62-bc68-3311714a69ad"),
    MICROSOFT_STORAGE_SPACES("Windows storage spaces", -1, "e75caf8f-f680-4cee-afa3-b001e56efc2d"),
    FAT12("FAT12", 0x01, ""),
    FAT16_SMALL("FAT16 under 32 MiB", 0x04, ""),
    FAT16("FAT16", 0x06, ""),
    FAT32("FAT32", 0x0b, ""),
    FAT32_LBA("FAT32 (LBA)", 0x0c, ""),
    FAT16_LBA("FAT16 (LBA)", 0x0e, ""),
    EXTENDED("extended", 0x05, ""),
    EXTENDED_LBA("extended (LBA)", 0x0f, ""),
    EXTENDED_LINUX("extended (Linux)", 0x85, ""),
    GPT_PROTECTIVE("GPT protective", 0xee, ""),
    FREEBSD("FreeBSD", 0xa5, "516e7cb4-6ecf-11d6-8ff8-00022d09712b"),
    FREEBSD_BOOT("FreeBSD boot", -1, "83bd6b9d-7f41-11dc-be0b-001560b84f0f"),
    FREEBSD_SWAP("FreeBSD swap", -1, "516e7cb5-6ecf-11d6-8ff8-00022d09712b"),
    FREEBSD_UFS("FreeBSD UFS", -1, "516e7cb6-6ecf-11d6-8ff8-00022d09712b"),
    FREEBSD_ZFS("FreeBSD ZFS", -1, "516e7cba-6ecf-11d6-8ff8-00022d09712b"),
    OPENBSD("OpenBSD", 0xa6, "824cc7a0-36a8-11e3-890a-952519ad3f61"),
    NETBSD("NetBSD", 0xa9, ""),
    SOLARIS("Solaris", 0xbf, "6a898cc3-1dd2-11b2-99a6-080020736631"),
    APPLE_HFS("Apple HFS+", 0xaf, "48465300-0000-11aa-aa11-00306543ecac"),
    APPLE_APFS("Apple APFS", -1, "7c3457ef-0000-11aa-aa11-00306543ecac"),
    VMWARE_VMFS("VMware VMFS", 0xfb, "aa31e02a-400f-11db-9590-000c2911d1b8"),
    VMWARE_DIAGNOSTIC("VMware diagnostic", 0xfc, "9d275380-40ad-11db-bf97-000c2911d1b8"),
    VMWARE_RESERVED("VMware reserved", -1, "9198effc-31c0-11db-8f78-000c2911d1b8");

    private final String description;
    private final int mbrType;
    private final String gptType;

    PartitionKind(String description, int mbrType, String gptType) {
        this.description = description;
        this.mbrType = mbrType;
        this.gptType = gptType;
    }

    /** In words. */
    public String description() {
        return description;
    }

    /** The type's number in an MBR, where there is one. */
    public OptionalInt mbrType() {
        return mbrType < 0 ? OptionalInt.empty() : OptionalInt.of(mbrType);
    }

    /** The type's GUID in a GPT, where there is one. */
    public Optional<UUID> gptType() {
        return gptType.isEmpty() ? Optional.empty() : Optional.of(UUID.fromString(gptType));
    }

    static Optional<PartitionKind> ofMbr(int type) {
        for (PartitionKind kind : values()) {
            if (kind.mbrType == type) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    static Optional<PartitionKind> ofGpt(UUID type) {
        String text = type.toString().toLowerCase(Locale.ROOT);
        for (PartitionKind kind : values()) {
            if (kind.gptType.equals(text)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
