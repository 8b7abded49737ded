package dev.bothways.guest.linux.grub;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.partition.GptTable;
import dev.bothways.filesystem.partition.MbrTable;
import dev.bothways.filesystem.partition.Partition;
import dev.bothways.filesystem.partition.PartitionKind;
import dev.bothways.filesystem.partition.PartitionTable;
import dev.bothways.guest.GuestException;
import dev.bothways.guest.GuestException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Puts GRUB onto a disk so that a BIOS starts it. */
public final class GrubBiosInstaller {
    private static final short TWO_NOPS = (short) 0x9090;
    private static final byte DRIVE_OF_BIOS = (byte) 0xff;

    private GrubBiosInstaller() {}

    /** Sectors {@code [first, end)} that belong to no partition's content. */
    private record Room(long first, long end) {}

    /**
     * Writes the core image between MBR and first partition, or on a disk with a GPT into its BIOS boot partition, and the boot
     * sector around what belongs to the disk in sector 0: its partitions, its signature and the parameters of a FAT.
     *
     * @param disk the disk, with {@code table} on it; nothing is written where the installation is refused
     * @throws GuestException where there is no room; the message says what would make some
     */
    public static void install(VirtualDisk disk, PartitionTable table, GrubBiosImage image) throws IOException {
        if (table.sectorSize() != CoreImage.SECTOR) {
            throw new GuestException(
                    Kind.UNSUPPORTED,
                    "a BIOS boots only disks with sectors of 512 bytes, not of " + table.sectorSize());
        }
        Room room = switch (table) {
            case MbrTable mbr -> beforePartitions(mbr);
            case GptTable gpt -> bootPartition(gpt);
        };
        if (image.sectors() > room.end - room.first) {
            throw new GuestException(Kind.UNSUPPORTED, noRoom(table, image.sectors(), room.end - room.first));
        }
        writeCore(disk, image, room.first);
        writeBootSector(disk, image, room.first);
    }

    private static Room beforePartitions(MbrTable table) {
        long end = table.sectors();
        for (var entry : table.entries()) {
            end = Math.min(end, entry.first());
        }
        return new Room(1, Math.max(end, 1));
    }

    private static Room bootPartition(GptTable table) throws GuestException {
        for (Partition partition : table.partitions()) {
            if (partition.kind().filter(kind -> kind == PartitionKind.BIOS_BOOT).isPresent()) {
                return new Room(partition.offset() / CoreImage.SECTOR, partition.end() / CoreImage.SECTOR);
            }
        }
        throw new GuestException(
                Kind.UNSUPPORTED,
                "the disk has a GPT without a BIOS boot partition, so GRUB for BIOS has no place on it; take UEFI firmware, or add"
                        + " such a partition of 1 MiB");
    }

    private static String noRoom(PartitionTable table, long needed, long there) {
        String place = switch (table) {
            case MbrTable ignored -> "before the first partition";
            case GptTable ignored -> "in the BIOS boot partition";
        };
        return "GRUB needs " + needed + " sectors " + place + ", and there are " + there
                + "; lay the disk out anew with 1 MiB for it";
    }

    private static void writeCore(VirtualDisk disk, GrubBiosImage image, long first) throws IOException {
        byte[] padded = Arrays.copyOf(image.core(), image.sectors() * CoreImage.SECTOR);
        ByteBuffer core = ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN);
        core.putLong(CoreImage.BLOCK_LIST, first + 1);
        disk.write(first * CoreImage.SECTOR, core);
    }

    private static void writeBootSector(VirtualDisk disk, GrubBiosImage image, long coreSector) throws IOException {
        ByteBuffer before = ByteBuffer.allocate(CoreImage.SECTOR);
        disk.read(0, before);
        ByteBuffer sector = ByteBuffer.wrap(image.bootSector()).order(ByteOrder.LITTLE_ENDIAN);
        int parameters = BootSector.PARAMETERS;
        sector.put(parameters, before, parameters, BootSector.PARAMETERS_END - parameters);
        sector.putLong(BootSector.CORE_SECTOR, coreSector);
        sector.put(BootSector.BOOT_DRIVE, DRIVE_OF_BIOS);
        // Some BIOSes tell drive 0 for the first hard disk: without the jump GRUB corrects that, as it must not for a
        // floppy.
        sector.putShort(BootSector.DRIVE_CHECK, TWO_NOPS);
        sector.put(BootSector.CODE_END, before, BootSector.CODE_END, CoreImage.SECTOR - BootSector.CODE_END);
        disk.write(0, sector);
    }
}
