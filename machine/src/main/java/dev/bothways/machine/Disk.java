package dev.bothways.machine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A drive of the machine. The order of a machine's disks is the order of its definition.
 *
 * @param kind hard disk, CD or floppy
 * @param slot where it is attached
 * @param adapter the model of the controller it is attached to, in small letters: {@code lsilogic}, {@code lsisas1068},
 *     {@code lsi53c895a}, {@code lsi53c810}, {@code megasas}, {@code pvscsi}, {@code buslogic}, {@code virtio-scsi}, {@code
 *     ahci}, {@code piix3}, {@code piix4}, {@code ich6}; without one the platform's usual
 * @param medium what lies in it; an empty drive has none
 * @param boot whether the machine boots from this one among the drives of its kind
 * @param readOnly whether the guest may not write
 * @param shared whether other machines write to it at the same time
 * @param serial the serial number that the guest sees
 * @param size what the guest sees, in bytes, where the definition says it; a hard disk without a medium is to be made with it
 * @param extras what else the dialect says of it
 */
public record Disk(
        Kind kind,
        Slot slot,
        Optional<String> adapter,
        Optional<Medium> medium,
        boolean boot,
        boolean readOnly,
        boolean shared,
        Optional<String> serial,
        OptionalLong size,
        List<Extra> extras) {

    /** What sort of drive it is. */
    public enum Kind {
        DISK("disk"),
        CDROM("cdrom"),
        FLOPPY("floppy");

        private final String id;

        Kind(String id) {
            this.id = id;
        }

        /** The name in manifests. */
        public String id() {
            return id;
        }
    }

    public Disk {
        extras = List.copyOf(extras);
    }

    /** A builder for a drive at {@code slot}: empty, writable unless it is a CD, not booted from. */
    public static Builder builder(Kind kind, Slot slot) {
        return new Builder(kind, slot);
    }

    /** A builder that begins with this drive. */
    public Builder toBuilder() {
        Builder builder = new Builder(kind, slot);
        builder.adapter = adapter;
        builder.medium = medium;
        builder.boot = boot;
        builder.readOnly = readOnly;
        builder.shared = shared;
        builder.serial = serial;
        builder.size = size;
        builder.extras = extras;
        return builder;
    }

    /** Collects the parts of a {@link Disk}. */
    public static final class Builder {
        private final Kind kind;
        private Slot slot;
        private Optional<String> adapter = Optional.empty();
        private Optional<Medium> medium = Optional.empty();
        private boolean boot;
        private boolean readOnly;
        private boolean shared;
        private Optional<String> serial = Optional.empty();
        private OptionalLong size = OptionalLong.empty();
        private List<Extra> extras = List.of();

        private Builder(Kind kind, Slot slot) {
            this.kind = kind;
            this.slot = slot;
            this.readOnly = kind == Kind.CDROM;
        }

        public Builder slot(Slot value) {
            slot = value;
            return this;
        }

        public Builder adapter(Optional<String> value) {
            adapter = value;
            return this;
        }

        public Builder medium(String path, String format) {
            medium = Optional.of(new Medium(path, format));
            return this;
        }

        public Builder medium(Optional<Medium> value) {
            medium = value;
            return this;
        }

        public Builder boot(boolean value) {
            boot = value;
            return this;
        }

        public Builder readOnly(boolean value) {
            readOnly = value;
            return this;
        }

        public Builder shared(boolean value) {
            shared = value;
            return this;
        }

        public Builder serial(String value) {
            serial = Optional.of(value);
            return this;
        }

        public Builder size(OptionalLong value) {
            size = value;
            return this;
        }

        public Builder extras(List<Extra> value) {
            extras = value;
            return this;
        }

        public Disk build() {
            return new Disk(kind, slot, adapter, medium, boot, readOnly, shared, serial, size, extras);
        }
    }
}
