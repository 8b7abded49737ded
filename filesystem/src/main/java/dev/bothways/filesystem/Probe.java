package dev.bothways.filesystem;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.ext.ExtFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells what a volume holds by its signatures. Containers (RAID, LUKS, LVM) come first: what is in them may show through.
 */
final class Probe {
    private static final int HEAD = 128 << 10;
    private static final int MD_MAGIC = 0xa92b4efc;
    private static final int F2FS_MAGIC = 0xF2F52010;
    private static final int EROFS_MAGIC = 0xE0F5E1E2;
    private static final long ZFS_MAGIC = 0x00bab10cL;
    private static final int UFS1_MAGIC = 0x00011954;
    private static final int UFS2_MAGIC = 0x19540119;
    private static final int UFS_MAGIC_AT = 1372;
    private static final int VMFS_VOLUME_MAGIC = 0xc001d00d;
    private static final int VMFS_MAGIC = 0x2fabf15e;
    /** In place of a swap area's own signature while it holds an image of the memory: of the kernel, of uswsusp, of TuxOnIce. */
    private static final List<String> SUSPENDED =
            List.of("S1SUSPEND", "S2SUSPEND", "ULSUSPEND", "LINHIB0001", "\u00ed\u00c3\u0002\u00e9\u0098V\u00e5\u000c");

    private static final int[] PAGES = {4096, 8192, 16384, 32768, 65536};

    private final VirtualDisk volume;
    private final ByteBuffer head;

    Probe(VirtualDisk volume) throws IOException {
        this.volume = volume;
        this.head = bytes(0, HEAD);
    }

    /** Bytes of the volume, zeros beyond its end. */
    private ByteBuffer bytes(long from, int length) throws IOException {
        byte[] bytes = new byte[length];
        int there = (int) Math.clamp(volume.size() - from, 0L, (long) length);
        if (from >= 0 && there > 0) {
            volume.read(from, ByteBuffer.wrap(bytes, 0, there));
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private interface Signature {
        Optional<VolumeIdentity> look() throws IOException;
    }

    Optional<VolumeIdentity> identity() throws IOException {
        List<Signature> all = List.of(
                this::raid,
                this::luks,
                this::lvm,
                this::bootSector,
                this::atItsStart,
                this::swap,
                this::further,
                this::apple,
                this::unix,
                this::vmware,
                () -> ExtFileSystem.identify(volume),
                this::zfs);
        for (Signature signature : all) {
            Optional<VolumeIdentity> found = signature.look();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private boolean has(int at, String signature) {
        return at + signature.length() <= head.capacity()
                && signature.equals(text(at, signature.length(), StandardCharsets.ISO_8859_1));
    }

    private String text(int at, int length, Charset charset) {
        return charset.decode(head.slice(at, length)).toString();
    }

    private Optional<String> label(int at, int length) {
        String all = text(at, length, StandardCharsets.UTF_8);
        int end = all.indexOf(0);
        String label = (end < 0 ? all : all.substring(0, end)).stripTrailing();
        return label.isEmpty() ? Optional.empty() : Optional.of(label);
    }

    private static Optional<String> uuid(ByteBuffer bytes, int at) {
        byte[] raw = new byte[16];
        bytes.get(at, raw);
        return Arrays.equals(raw, new byte[16])
                ? Optional.empty()
                : Optional.of(HexFormat.of()
                        .formatHex(raw)
                        .replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5"));
    }

    private Optional<VolumeIdentity> found(FileSystemKind kind, int uuidAt, int labelAt, int labelLength) {
        return Optional.of(new VolumeIdentity(kind, uuid(head, uuidAt), label(labelAt, labelLength)));
    }

    private static Optional<VolumeIdentity> bare(FileSystemKind kind) {
        return Optional.of(new VolumeIdentity(kind, Optional.empty(), Optional.empty()));
    }

    /** Version 1.1 stands at the start, 1.2 at 4 KiB, 1.0 and 0.90 near the end. */
    private Optional<VolumeIdentity> raid() throws IOException {
        for (int at : new int[] {0, 4096}) {
            if (head.getInt(at) == MD_MAGIC && head.getInt(at + 4) == 1) {
                return found(FileSystemKind.MD, at + 16, at + 32, 32);
            }
        }
        long last = (volume.size() & -4096L) - 8192;
        ByteBuffer version10 = bytes(last, 64);
        if (version10.getInt(0) == MD_MAGIC && version10.getInt(4) == 1) {
            return Optional.of(new VolumeIdentity(FileSystemKind.MD, uuid(version10, 16), Optional.empty()));
        }
        ByteBuffer version090 = bytes((volume.size() & -65536L) - 65536, 64);
        return version090.getInt(0) == MD_MAGIC ? bare(FileSystemKind.MD) : Optional.empty();
    }

    private Optional<VolumeIdentity> luks() {
        if (!has(0, "LUKS\u00ba\u00be")) {
            return Optional.empty();
        }
        boolean second = head.get(7) == 2;
        return Optional.of(new VolumeIdentity(
                second ? FileSystemKind.LUKS2 : FileSystemKind.LUKS1,
                label(168, 40),
                second ? label(24, 48) : Optional.empty()));
    }

    private Optional<VolumeIdentity> lvm() {
        for (int at = 0; at < 2048; at += 512) {
            if (has(at, "LABELONE") && has(at + 24, "LVM2 001")) {
                String raw = text(at + head.getInt(at + 20) % 480, 32, StandardCharsets.ISO_8859_1);
                String uuid = raw.replaceFirst("(.{6})(.{4})(.{4})(.{4})(.{4})(.{4})(.{6})", "$1-$2-$3-$4-$5-$6-$7");
                return Optional.of(new VolumeIdentity(FileSystemKind.LVM2, Optional.of(uuid), Optional.empty()));
            }
        }
        return Optional.empty();
    }

    /** The boot sectors of Microsoft's file systems. */
    private Optional<VolumeIdentity> bootSector() {
        if (has(3, "-FVE-FS-")) {
            return bare(FileSystemKind.BITLOCKER);
        }
        if (has(3, "NTFS    ")) {
            String serial = String.format(Locale.ROOT, "%016X", head.getLong(0x48));
            return Optional.of(new VolumeIdentity(FileSystemKind.NTFS, Optional.of(serial), Optional.empty()));
        }
        if (has(3, "EXFAT   ")) {
            return Optional.of(new VolumeIdentity(FileSystemKind.EXFAT, Optional.of(serial(100)), Optional.empty()));
        }
        if (has(3, "ReFS\0\0\0\0")) {
            return bare(FileSystemKind.REFS);
        }
        return fat();
    }

    private String serial(int at) {
        int value = head.getInt(at);
        return String.format(Locale.ROOT, "%04X-%04X", value >>> 16, value & 0xffff);
    }

    /** FAT is told by a sound parameter block, its kind by the number of clusters. */
    private Optional<VolumeIdentity> fat() {
        int sector = head.getShort(11) & 0xffff;
        int perCluster = head.get(13) & 0xff;
        int reserved = head.getShort(14) & 0xffff;
        int tables = head.get(16) & 0xff;
        int media = head.get(21) & 0xff;
        boolean sound = (head.get(0) & 0xff) >= 0xE9
                && sector >= 512
                && sector <= 4096
                && Integer.bitCount(sector) == 1
                && Integer.bitCount(perCluster) == 1
                && reserved > 0
                && tables >= 1
                && tables <= 2
                && (media == 0xF0 || media >= 0xF8)
                && (head.getShort(510) & 0xffff) == 0xAA55;
        if (!sound) {
            return Optional.empty();
        }
        long total = head.getShort(19) != 0 ? head.getShort(19) & 0xffff : head.getInt(32) & 0xffff_ffffL;
        boolean wide = head.getShort(22) == 0;
        long perTable = wide ? head.getInt(36) & 0xffff_ffffL : head.getShort(22) & 0xffff;
        long rootSectors = ((head.getShort(17) & 0xffff) * 32L + sector - 1) / sector;
        long clusters = (total - reserved - tables * perTable - rootSectors) / perCluster;
        FileSystemKind kind =
                wide ? FileSystemKind.FAT32 : clusters < 4085 ? FileSystemKind.FAT12 : FileSystemKind.FAT16;
        int extended = wide ? 66 : 38;
        if (head.get(extended) != 0x29) {
            return bare(kind);
        }
        Optional<String> label = label(extended + 5, 11).filter(name -> !name.equals("NO NAME"));
        return Optional.of(new VolumeIdentity(kind, Optional.of(serial(extended + 1)), label));
    }

    private Optional<VolumeIdentity> atItsStart() {
        if (has(0, "XFSB")) {
            return found(FileSystemKind.XFS, 32, 108, 12);
        }
        if (has(32, "NXSB")) {
            return found(FileSystemKind.APFS, 72, 0, 0);
        }
        if (has(0, "hsqs") || has(0, "sqsh")) {
            return bare(FileSystemKind.SQUASHFS);
        }
        if (head.getInt(1024) == F2FS_MAGIC) {
            String label = text(1024 + 124, 512, StandardCharsets.UTF_16LE);
            int end = Math.max(0, label.indexOf(0));
            Optional<String> name = Optional.of(label.substring(0, end)).filter(text -> !text.isEmpty());
            return Optional.of(new VolumeIdentity(FileSystemKind.F2FS, uuid(head, 1024 + 108), name));
        }
        if (head.getInt(1024) == EROFS_MAGIC) {
            return found(FileSystemKind.EROFS, 1024 + 48, 1024 + 64, 16);
        }
        return Optional.empty();
    }

    private Optional<VolumeIdentity> swap() {
        for (int page : PAGES) {
            if (has(page - 10, "SWAPSPACE2") || has(page - 10, "SWAP-SPACE")) {
                return found(FileSystemKind.SWAP, 0x40C, 0x41C, 16);
            }
            if (SUSPENDED.stream().anyMatch(signature -> has(page - 10, signature))) {
                return found(FileSystemKind.SUSPENDED, 0x40C, 0x41C, 16);
            }
        }
        return Optional.empty();
    }

    private Optional<VolumeIdentity> further() {
        if (has(65536 + 64, "_BHRfS_M")) {
            return found(FileSystemKind.BTRFS, 65536 + 32, 65536 + 0x12B, 256);
        }
        if (has(65536 + 52, "ReIsErFs") || has(65536 + 52, "ReIsEr2Fs") || has(65536 + 52, "ReIsEr3Fs")) {
            return found(FileSystemKind.REISERFS, 65536 + 84, 65536 + 100, 16);
        }
        if (has(32768, "JFS1")) {
            return found(FileSystemKind.JFS, 32768 + 136, 32768 + 152, 16);
        }
        if (descriptor("NSR02") || descriptor("NSR03")) {
            return bare(FileSystemKind.UDF);
        }
        if (has(32769, "CD001")) {
            return Optional.of(new VolumeIdentity(FileSystemKind.ISO9660, Optional.empty(), label(32808, 32)));
        }
        return Optional.empty();
    }

    /** Whether one of the volume's descriptors from byte 32768 on, 2 KiB each, is of this kind (ECMA-167, part 2). */
    private boolean descriptor(String identifier) {
        for (int at = 32768; at + 2048 <= HEAD && at < 32768 + 64 * 2048; at += 2048) {
            if (has(at + 1, identifier)) {
                return true;
            }
        }
        return false;
    }

    /** Apple's technical note 1150: big-endian, 1024 bytes from the start. */
    private Optional<VolumeIdentity> apple() {
        if (has(1024, "H+") || has(1024, "HX")) {
            return bare(FileSystemKind.HFS_PLUS);
        }
        int block = Integer.reverseBytes(head.getInt(1024 + 20));
        if (has(1024, "BD") && block > 0 && block % 512 == 0) {
            return bare(has(1024 + 0x7c, "H+") ? FileSystemKind.HFS_PLUS : FileSystemKind.HFS);
        }
        return Optional.empty();
    }

    /** UFS of either version and byte order: the magic number ends the superblock, at one of its usual places. */
    private Optional<VolumeIdentity> unix() {
        for (int superblock : new int[] {0, 8192, 65536}) {
            int magic = head.getInt(superblock + UFS_MAGIC_AT);
            for (int known : new int[] {UFS1_MAGIC, UFS2_MAGIC}) {
                if (magic == known || Integer.reverseBytes(magic) == known) {
                    return bare(FileSystemKind.UFS);
                }
            }
        }
        return Optional.empty();
    }

    /** The volume's header lies at 1 MiB of a partition; where it was taken off, the file system's lies at 2 MiB. */
    private Optional<VolumeIdentity> vmware() throws IOException {
        if (bytes(1 << 20, 4).getInt(0) == VMFS_VOLUME_MAGIC) {
            return bare(FileSystemKind.VMFS_VOLUME);
        }
        return bytes(2 << 20, 4).getInt(0) == VMFS_MAGIC ? bare(FileSystemKind.VMFS) : Optional.empty();
    }

    /** The first of the four labels holds an array of uberblocks in its second half. */
    private Optional<VolumeIdentity> zfs() throws IOException {
        ByteBuffer array = bytes(128 << 10, 128 << 10);
        for (int at = 0; at < array.capacity(); at += 1024) {
            long magic = array.getLong(at);
            if (magic == ZFS_MAGIC || Long.reverseBytes(magic) == ZFS_MAGIC) {
                return bare(FileSystemKind.ZFS);
            }
        }
        return Optional.empty();
    }
}
