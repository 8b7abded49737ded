package dev.bothways.guest.fixup;

import dev.bothways.disk.ConcatenatedDisk;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.partition.MbrTable;
import dev.bothways.filesystem.partition.Partition;
import dev.bothways.filesystem.partition.PartitionTable;
import dev.bothways.guest.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The disks that the converted machine has, in order.
 *
 * @param disks what each one is made of
 */
public record DiskLayout(List<TargetDisk> disks) {

    /** A disk of the converted machine. */
    public sealed interface TargetDisk {

        /** The name that the guest will give it, without {@code /dev/}. */
        String device();

        /** Indices of the attached disks that it is made of, in the order in which they lie on it. */
        List<Integer> sources();
    }

    /**
     * A disk that stays as it is.
     *
     * @param source index of the attached disk
     * @param identity its table with other identities, where another disk is a copy of it and has the same ones
     */
    public record Kept(String device, int source, Optional<PartitionTable> identity) implements TargetDisk {
        public Kept(String device, int source) {
            this(device, source, Optional.empty());
        }

        /** The identity that a partition has on the target. */
        private Optional<String> partitionUuid(Volume volume) {
            return identity.isEmpty()
                    ? volume.partitionUuid()
                    : identity.get().partitions().stream()
                            .filter(partition ->
                                    partition.number() == volume.partition().orElse(0))
                            .findFirst()
                            .flatMap(Partition::uuid);
        }

        @Override
        public List<Integer> sources() {
            return List.of(source);
        }
    }

    /**
     * A disk made of volumes, with a new partition table.
     *
     * @param pieces its partitions in the order in which they lie
     * @param table the table
     * @param reason why the disk cannot stay as it is
     */
    public record Wrapped(String device, List<Piece> pieces, MbrTable table, String reason) implements TargetDisk {
        public Wrapped {
            pieces = List.copyOf(pieces);
        }

        @Override
        public List<Integer> sources() {
            return pieces.stream()
                    .map(piece -> piece.volume().disk())
                    .distinct()
                    .toList();
        }

        private Partition partition(Piece piece) {
            return table.partitions().stream()
                    .filter(partition -> partition.number() == piece.partition())
                    .findFirst()
                    .orElseThrow();
        }

        /**
         * The disk: the volumes' bytes, with the table around them in memory.
         *
         * @param content gives a volume's bytes with all edits
         */
        public VirtualDisk assemble(VolumeContent content) throws IOException {
            List<VirtualDisk> parts = new ArrayList<>();
            long at = 0;
            for (Piece piece : pieces) {
                Partition partition = partition(piece);
                VirtualDisk bytes = content.of(piece.volume());
                gap(parts, partition.offset() - at);
                parts.add(bytes);
                at = partition.offset() + bytes.size();
            }
            gap(parts, table.sectors() * table.sectorSize() - at);
            ConcatenatedDisk disk = new ConcatenatedDisk(parts);
            table.write(disk);
            return disk;
        }

        private static void gap(List<VirtualDisk> parts, long length) {
            if (length > 0) {
                parts.add(new MemoryDisk(length));
            }
        }
    }

    /**
     * A volume that becomes a partition.
     *
     * @param partition number in the new table
     */
    public record Piece(Volume volume, int partition) {}

    /** Gives the bytes of a volume as they shall be on the target. */
    @FunctionalInterface
    public interface VolumeContent {
        /** The bytes; writable only where the caller means them to be. */
        VirtualDisk of(Volume volume) throws IOException;
    }

    /**
     * Where a volume will be.
     *
     * @param disk its disk's place in the order, from 0
     * @param device its name, without {@code /dev/}
     * @param partition its number, where it is a partition
     * @param partitionUuid as {@code PARTUUID=} names it
     */
    public record Position(int disk, String device, Optional<Integer> partition, Optional<String> partitionUuid) {}

    public DiskLayout {
        disks = List.copyOf(disks);
    }

    /** Where a volume of the guest will be. */
    public Position position(Volume volume) {
        for (int i = 0; i < disks.size(); i++) {
            Optional<Position> found = switch (disks.get(i)) {
                case Kept kept -> position(kept, i, volume);
                case Wrapped wrapped -> position(wrapped, i, volume);
            };
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new IllegalArgumentException(volume.device() + " is on none of the disks");
    }

    private static Optional<Position> position(Kept kept, int index, Volume volume) {
        if (kept.source() != volume.disk()) {
            return Optional.empty();
        }
        Optional<Integer> partition =
                volume.partition().isPresent() ? Optional.of(volume.partition().getAsInt()) : Optional.empty();
        String device = partition
                .map(number -> DeviceName.partition(kept.device(), number))
                .orElse(kept.device());
        return Optional.of(new Position(index, device, partition, kept.partitionUuid(volume)));
    }

    private static Optional<Position> position(Wrapped wrapped, int index, Volume volume) {
        return wrapped.pieces().stream()
                .filter(piece -> piece.volume().device().equals(volume.device())
                        && piece.volume().disk() == volume.disk())
                .findFirst()
                .map(piece -> new Position(
                        index,
                        DeviceName.partition(wrapped.device(), piece.partition()),
                        Optional.of(piece.partition()),
                        wrapped.partition(piece).uuid()));
    }

    /** Whether the table stays in which this volume is a partition. */
    public boolean keepsTable(Volume volume) {
        return disks.stream().anyMatch(disk -> disk instanceof Kept kept && kept.source() == volume.disk());
    }

    /** Whether some disk gets a new partition table, or another identity. */
    public boolean changes() {
        return disks.stream().anyMatch(disk -> switch (disk) {
            case Kept kept -> kept.identity().isPresent();
            case Wrapped wrapped -> true;
        });
    }
}
