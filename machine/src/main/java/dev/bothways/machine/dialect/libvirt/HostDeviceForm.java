package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.HostDevice;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code <hostdev>}. */
final class HostDeviceForm {
    private static final Pattern PCI = Pattern.compile(
            "(?:([0-9a-fA-F]{4}):)?([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\\.([0-7])(?:,.*|@.*)?", Pattern.DOTALL);
    private static final Pattern USB = Pattern.compile("(?:0x)?([0-9a-fA-F]{4}):(?:0x)?([0-9a-fA-F]{4})");
    private static final Pattern USB_PLACE = Pattern.compile("(?:hostbus=)?([0-9]{1,3})(?:\\.|,hostaddr=)([0-9]{1,3})");

    private HostDeviceForm() {}

    /** The device in a few words: a PCI address, USB's vendor and product, else what the source says. */
    static HostDevice read(XmlElement hostdev) {
        String kind = hostdev.attribute("type").orElse("unknown");
        Optional<XmlElement> source = hostdev.child("source");
        Optional<XmlElement> address = source.flatMap(element -> element.child("address"));
        String text = switch (kind) {
            case "pci" -> address.map(HostDeviceForm::pci).orElse("");
            case "usb" -> source.flatMap(HostDeviceForm::usb).orElse("");
            case "mdev" -> address.flatMap(element -> element.attribute("uuid")).orElse("");
            default -> "";
        };
        return new HostDevice(
                kind, text.isEmpty() ? source.map(HostDeviceForm::anything).orElse("") : text);
    }

    private static String pci(XmlElement address) {
        return "%4s:%2s:%2s.%s"
                .formatted(hex(address, "domain"), hex(address, "bus"), hex(address, "slot"), hex(address, "function"))
                .replace(' ', '0');
    }

    private static String hex(XmlElement address, String name) {
        String text = address.attribute(name).orElse("0");
        if (text.startsWith("0x") || text.startsWith("0X")) {
            return text.substring(2).replaceFirst("^0+(?=.)", "").toLowerCase(Locale.ROOT);
        }
        return Values.ifNumber(text).isPresent() ? Integer.toHexString(Integer.parseInt(text)) : text;
    }

    private static Optional<String> usb(XmlElement source) {
        Optional<String> vendor = source.child("vendor").flatMap(element -> element.attribute("id"));
        Optional<String> product = source.child("product").flatMap(element -> element.attribute("id"));
        if (vendor.isPresent() && product.isPresent()) {
            return Optional.of(
                    vendor.get().replace("0x", "") + ":" + product.get().replace("0x", ""));
        }
        return source.child("address")
                .map(address -> address.attribute("bus").orElse("") + "."
                        + address.attribute("device").orElse(""));
    }

    private static String anything(XmlElement source) {
        return source.children().stream()
                .map(child -> child.name() + " "
                        + (child.attributes().isEmpty()
                                ? child.text().strip()
                                : child.attributes().stream()
                                        .map(attribute -> attribute.name() + "=" + attribute.value())
                                        .collect(Collectors.joining(" "))))
                .collect(Collectors.joining(", "));
    }

    /** The element for a device of libvirt's or xl's words; nothing if it is none that libvirt can find. */
    static Optional<XmlElement> write(HostDevice device) {
        XmlElement.Builder source = XmlElement.builder("source");
        Matcher pci = PCI.matcher(device.address());
        Matcher usb = USB.matcher(device.address());
        Matcher place = USB_PLACE.matcher(device.address());
        if (device.kind().equals("pci") && pci.matches()) {
            source.child(XmlElement.builder("address")
                    .attribute("domain", "0x" + (pci.group(1) == null ? "0000" : pci.group(1)))
                    .attribute("bus", "0x" + pci.group(2))
                    .attribute("slot", "0x" + pci.group(3))
                    .attribute("function", "0x" + pci.group(4)));
        } else if (device.kind().equals("usb") && usb.matches()) {
            source.child(XmlElement.builder("vendor").attribute("id", "0x" + usb.group(1)))
                    .child(XmlElement.builder("product").attribute("id", "0x" + usb.group(2)));
        } else if (device.kind().equals("usb") && place.matches()) {
            source.child(XmlElement.builder("address")
                    .attribute("bus", place.group(1))
                    .attribute("device", place.group(2)));
        } else {
            return Optional.empty();
        }
        return Optional.of(XmlElement.builder("hostdev")
                .attribute("mode", "subsystem")
                .attribute("type", device.kind())
                .attribute("managed", "yes")
                .child(source)
                .build());
    }
}
