package dev.bothways.machine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A network interface.
 *
 * @param mac its hardware address; without one the hypervisor chooses
 * @param network the bridge, switch or network it is plugged into, by the host's name for it
 * @param model what the guest sees, in small letters: {@code e1000}, {@code rtl8139}, {@code netfront}, {@code virtio},
 *     {@code vmxnet3}, {@code synthetic} (Hyper-V), {@code tulip} (Hyper-V's legacy adapter); without one the platform's
 *     usual
 * @param vlan the tag that the host puts on its frames, 1 to 4094
 * @param addresses IP addresses the definition expects of the guest; hints, for filters of the host
 * @param mtu the largest packet the host announces, in bytes
 * @param extras what else the dialect says of it
 */
public record Nic(
        Optional<MacAddress> mac,
        Optional<String> network,
        Optional<String> model,
        OptionalInt vlan,
        List<String> addresses,
        OptionalInt mtu,
        List<Extra> extras) {

    public Nic {
        addresses = List.copyOf(addresses);
        extras = List.copyOf(extras);
        if (vlan.orElse(1) < 1 || vlan.orElse(1) > 4094) {
            throw new IllegalArgumentException("no such VLAN: " + vlan);
        }
    }

    /** A builder of a NIC of which nothing is said. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with this NIC. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.mac = mac;
        builder.network = network;
        builder.model = model;
        builder.vlan = vlan;
        builder.addresses = addresses;
        builder.mtu = mtu;
        builder.extras = extras;
        return builder;
    }

    /** Collects the parts of a {@link Nic}. */
    public static final class Builder {
        private Optional<MacAddress> mac = Optional.empty();
        private Optional<String> network = Optional.empty();
        private Optional<String> model = Optional.empty();
        private OptionalInt vlan = OptionalInt.empty();
        private List<String> addresses = List.of();
        private OptionalInt mtu = OptionalInt.empty();
        private List<Extra> extras = List.of();

        private Builder() {}

        public Builder mac(MacAddress value) {
            return mac(Optional.of(value));
        }

        public Builder mac(Optional<MacAddress> value) {
            mac = value;
            return this;
        }

        public Builder network(String value) {
            return network(Optional.of(value));
        }

        public Builder network(Optional<String> value) {
            network = value;
            return this;
        }

        public Builder model(String value) {
            model = Optional.of(value);
            return this;
        }

        public Builder model(Optional<String> value) {
            model = value;
            return this;
        }

        public Builder vlan(int value) {
            vlan = OptionalInt.of(value);
            return this;
        }

        public Builder vlan(OptionalInt value) {
            vlan = value;
            return this;
        }

        public Builder addresses(List<String> value) {
            addresses = value;
            return this;
        }

        public Builder mtu(int value) {
            mtu = OptionalInt.of(value);
            return this;
        }

        public Builder extras(List<Extra> value) {
            extras = value;
            return this;
        }

        public Nic build() {
            return new Nic(mac, network, model, vlan, addresses, mtu, extras);
        }
    }
}
