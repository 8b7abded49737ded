package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes the specifications of drives and NICs. */
final class SpecificationWriter {
    private static final Set<String> FORMATS = Set.of("", "raw", "qcow", "qcow2", "vhd", "qed");
    private static final Set<Bus> BUSES = Set.of(Bus.XEN, Bus.IDE, Bus.SCSI);
    private static final Pattern PARAMETER = Pattern.compile("[a-z][-a-z0-9_]*");

    private SpecificationWriter() {}

    /** The specification of a drive; nothing if xl has none, which is reported then. */
    static Optional<String> disk(Disk disk, XlOutput out) {
        Slot slot = disk.slot();
        String item = "drive " + slot.deviceName();
        if (!BUSES.contains(slot.bus())) {
            out.lose(item, "is on " + slot.bus().id() + ", where xl attaches no drives");
            return Optional.empty();
        }
        String path = disk.medium().map(Medium::path).orElse("");
        String format = disk.medium().map(Medium::format).orElse("empty");
        if (disk.medium().isPresent() && !FORMATS.contains(format)) {
            out.lose(item, "is a " + format + " image, which xl does not open");
            return Optional.empty();
        }
        if (path.indexOf('\n') >= 0 || !XlText.expressible(path)) {
            out.lose(item, "has a path with a line break or control character, which xl cannot read");
            return Optional.empty();
        }
        if (disk.medium().isEmpty() && disk.kind() == Disk.Kind.DISK) {
            out.lose(item, "has no image");
            return Optional.empty();
        }
        if (disk.shared()) {
            out.lose("sharing of " + item, "has no word in xl");
        }
        disk.adapter().ifPresent(adapter -> out.lose("controller " + adapter + " of " + item, "has no word in xl"));
        disk.serial().ifPresent(serial -> out.lose("serial number of " + item, "has no word in xl"));
        List<String> parts = new ArrayList<>();
        parts.add("format=" + (format.isEmpty() ? "raw" : format));
        parts.add("vdev=" + slot.deviceName());
        parts.add("access=" + (disk.readOnly() || disk.kind() == Disk.Kind.CDROM ? "ro" : "rw"));
        if (disk.kind() == Disk.Kind.CDROM) {
            parts.add("devtype=cdrom");
        }
        extras(disk.extras(), item, parts, out);
        if (!path.isEmpty()) {
            // xl takes one comma off the end
            parts.add("target=" + path + (path.endsWith(",") ? "," : ""));
        }
        return Optional.of(String.join(",", parts));
    }

    /** The specification of a NIC. */
    static String nic(Nic nic, int number, XlOutput out) {
        String item = "network interface " + number;
        List<String> parts = new ArrayList<>();
        nic.mac().ifPresent(mac -> parts.add("mac=" + mac));
        boolean tagsByDot = nic.extras().stream()
                .anyMatch(extra -> extra.key().equals("script") && extra.value().contains("openvswitch"));
        String tag = nic.vlan().isPresent() && tagsByDot ? "." + nic.vlan().getAsInt() : "";
        nic.network().ifPresent(network -> parameter("bridge", network + tag, item, parts, out));
        if (nic.vlan().isPresent() && (!tagsByDot || nic.network().isEmpty())) {
            out.lose("VLAN of " + item, "is set on the bridge under Xen, unless Open vSwitch's script is used");
        }
        nic.model().ifPresent(model -> {
            if (model.equals(VifSpecification.PARAVIRTUAL)) {
                parts.add("type=vif");
            } else {
                parameter("model", model, item, parts, out);
            }
        });
        if (!nic.addresses().isEmpty()) {
            parameter("ip", String.join(" ", nic.addresses()), item, parts, out);
        }
        nic.mtu().ifPresent(mtu -> parts.add("mtu=" + mtu));
        extras(nic.extras(), item, parts, out);
        return String.join(",", parts);
    }

    private static void extras(List<Extra> extras, String item, List<String> parts, XlOutput out) {
        for (Extra extra : extras) {
            if (!extra.dialect().equals(XlDialect.ID)) {
                out.lose(
                        extra.key() + " of " + item,
                        "is an item of " + extra.dialect() + " without a counterpart in xl");
            } else if (!PARAMETER.matcher(extra.key()).matches()) {
                out.lose("item of " + item, "is not in xl's syntax");
            } else if (extra.value().isEmpty()) {
                parts.add(extra.key());
            } else {
                parameter(extra.key(), extra.value(), item, parts, out);
            }
        }
    }

    /** A parameter's value ends at a comma, and blanks around it are not part of it. */
    private static void parameter(String key, String value, String item, List<String> parts, XlOutput out) {
        if (value.indexOf(',') >= 0 || !value.equals(value.strip()) || value.isEmpty() || !XlText.expressible(value)) {
            out.lose(key + " of " + item, "holds a comma or blanks that xl cannot read");
        } else {
            parts.add(key + "=" + value);
        }
    }
}
