package dev.bothways.machine;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A virtual machine's definition, in no hypervisor's words.
 *
 * @param name what people call it; any text, hostile text included
 * @param description what people wrote about it
 * @param uuid by what the hypervisor knows it
 * @param platform the virtual hardware it is defined for
 * @param firmware what runs first
 * @param processors the virtual processors
 * @param memory the memory
 * @param bootOrder the classes of devices that firmware tries, first to last; empty where the definition does not say
 * @param disks the drives, in the order of the definition
 * @param nics the network interfaces, in the order of the definition
 * @param consoles the serial ports and consoles, in order
 * @param display the screen
 * @param clock what the clock shows
 * @param securityChip the TPM, if there is one
 * @param guestOs the operating system it was defined for, as a libosinfo short id ({@code debian12}), see {@link GuestOs}
 * @param hostDevices devices of the host given to the guest
 * @param extras what the record has no word for, in the order of the definition
 */
public record Machine(
        String name,
        Optional<String> description,
        Optional<UUID> uuid,
        Platform platform,
        Firmware firmware,
        Processors processors,
        Memory memory,
        List<BootDevice> bootOrder,
        List<Disk> disks,
        List<Nic> nics,
        List<Console> consoles,
        Display display,
        Clock clock,
        Optional<SecurityChip> securityChip,
        Optional<String> guestOs,
        List<HostDevice> hostDevices,
        List<Extra> extras) {

    public Machine {
        bootOrder = List.copyOf(bootOrder);
        disks = List.copyOf(disks);
        nics = List.copyOf(nics);
        consoles = List.copyOf(consoles);
        hostDevices = List.copyOf(hostDevices);
        extras = List.copyOf(extras);
    }

    /** A builder for a machine with a BIOS, one processor and 128 MiB, and no devices. */
    public static Builder builder(String name, Platform platform) {
        return new Builder(name, platform);
    }

    /** A builder that begins with this machine. */
    public Builder toBuilder() {
        return new Builder(name, platform).copy(this);
    }

    /** Collects the parts of a {@link Machine}. */
    public static final class Builder {
        private static final long USUAL_MEMORY = 128L << 20;

        private String name;
        private Platform platform;
        private Optional<String> description = Optional.empty();
        private Optional<UUID> uuid = Optional.empty();
        private Firmware firmware = new Firmware.Bios();
        private Processors processors = Processors.of(1);
        private Memory memory = Memory.fixed(USUAL_MEMORY);
        private List<BootDevice> bootOrder = List.of();
        private List<Disk> disks = List.of();
        private List<Nic> nics = List.of();
        private List<Console> consoles = List.of();
        private Display display = Display.usual();
        private Clock clock = Clock.utc();
        private Optional<SecurityChip> securityChip = Optional.empty();
        private Optional<String> guestOs = Optional.empty();
        private List<HostDevice> hostDevices = List.of();
        private List<Extra> extras = List.of();

        private Builder(String name, Platform platform) {
            this.name = name;
            this.platform = platform;
        }

        private Builder copy(Machine from) {
            description = from.description;
            uuid = from.uuid;
            firmware = from.firmware;
            processors = from.processors;
            memory = from.memory;
            bootOrder = from.bootOrder;
            disks = from.disks;
            nics = from.nics;
            consoles = from.consoles;
            display = from.display;
            clock = from.clock;
            securityChip = from.securityChip;
            guestOs = from.guestOs;
            hostDevices = from.hostDevices;
            extras = from.extras;
            return this;
        }

        public Builder name(String value) {
            name = value;
            return this;
        }

        public Builder platform(Platform value) {
            platform = value;
            return this;
        }

        public Builder description(String value) {
            description = Optional.of(value);
            return this;
        }

        public Builder uuid(UUID value) {
            return uuid(Optional.of(value));
        }

        public Builder uuid(Optional<UUID> value) {
            uuid = value;
            return this;
        }

        public Builder firmware(Firmware value) {
            firmware = value;
            return this;
        }

        public Builder processors(Processors value) {
            processors = value;
            return this;
        }

        public Builder memory(Memory value) {
            memory = value;
            return this;
        }

        public Builder bootOrder(List<BootDevice> value) {
            bootOrder = value;
            return this;
        }

        public Builder disks(List<Disk> value) {
            disks = value;
            return this;
        }

        public Builder nics(List<Nic> value) {
            nics = value;
            return this;
        }

        public Builder consoles(List<Console> value) {
            consoles = value;
            return this;
        }

        public Builder display(Display value) {
            display = value;
            return this;
        }

        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        public Builder securityChip(Optional<SecurityChip> value) {
            securityChip = value;
            return this;
        }

        public Builder guestOs(String value) {
            return guestOs(Optional.of(value));
        }

        public Builder guestOs(Optional<String> value) {
            guestOs = value;
            return this;
        }

        public Builder hostDevices(List<HostDevice> value) {
            hostDevices = value;
            return this;
        }

        public Builder extras(List<Extra> value) {
            extras = value;
            return this;
        }

        public Machine build() {
            return new Machine(
                    name,
                    description,
                    uuid,
                    platform,
                    firmware,
                    processors,
                    memory,
                    bootOrder,
                    disks,
                    nics,
                    consoles,
                    display,
                    clock,
                    securityChip,
                    guestOs,
                    hostDevices,
                    extras);
        }
    }
}
