package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.Extra;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The domain being written, the kept elements that are still to go into it, and what did not get into it. */
final class DomainOutput {
    /** What only the record may say. */
    private static final Set<String> OF_THE_RECORD =
            Set.of("name", "uuid", "description", "devices", "devices/interface", "bootloader", "bootloader_args");

    private final Flavour flavour;
    private final boolean fitting;
    private final List<XmlElement> children = new ArrayList<>();
    private final List<Kept> kept = new ArrayList<>();
    private final List<Lost> lost = new ArrayList<>();

    private record Kept(String key, XmlElement element) {}

    DomainOutput(Machine machine) {
        Flavour origin = machine.extras().stream()
                .filter(extra -> isOurs(extra) && extra.key().equals(ExtraList.TYPE))
                .findFirst()
                .flatMap(Fragments::element)
                .flatMap(domain -> domain.attribute("type"))
                .flatMap(Flavour::of)
                .orElse(Flavour.KVM);
        boolean forQemu = machine.platform() == Platform.KVM;
        this.fitting = forQemu ? origin.ofQemu() : origin == Flavour.XEN;
        this.flavour = fitting ? origin : forQemu ? Flavour.KVM : Flavour.XEN;
        for (Extra extra : machine.extras()) {
            if (!extra.key().equals(ExtraList.TYPE) || !isOurs(extra)) {
                element(extra, "").ifPresent(element -> keep(extra.key(), element));
            }
        }
    }

    private static boolean isOurs(Extra extra) {
        return extra.dialect().equals(LibvirtDialect.ID);
    }

    private void keep(String key, XmlElement element) {
        boolean unknownDrive = key.equals("devices/disk")
                && !Set.of("sd", "uml")
                        .contains(element.child("target")
                                .flatMap(target -> target.attribute("bus"))
                                .orElse(""));
        if (OF_THE_RECORD.contains(key) || unknownDrive) {
            lose(key, "is set already by what the record says");
        } else {
            kept.add(new Kept(key, element));
        }
    }

    /** The hypervisor that the domain is for. */
    Flavour flavour() {
        return flavour;
    }

    List<Lost> lost() {
        return lost;
    }

    void lose(String item, String why) {
        lost.add(new Lost(item, why));
    }

    /**
     * The element that an extra keeps. What is another dialect's, of another hypervisor or no such element is reported.
     *
     * @param of to what it belongs, for the report: {@code " of drive vda"}
     */
    Optional<XmlElement> element(Extra extra, String of) {
        if (!isOurs(extra)) {
            lose(extra.key() + of, "is an item of " + extra.dialect() + " without a counterpart in libvirt's XML");
            return Optional.empty();
        }
        if (!fitting) {
            lose(extra.key() + of, "belongs to a domain of another hypervisor");
            return Optional.empty();
        }
        String key = extra.key();
        String name = key.substring(key.lastIndexOf('/') + 1);
        Optional<XmlElement> element = Fragments.element(extra)
                .filter(read -> Fragments.qualifiedName(read).equals(name) || key.equals(DriveForm.SOURCE));
        if (element.isEmpty()) {
            lose("item of libvirt" + of, "is not in libvirt's syntax");
        }
        return element;
    }

    /** The kept elements of a key; they stay. */
    List<XmlElement> kept(String key) {
        return kept.stream()
                .filter(each -> each.key().equals(key))
                .map(Kept::element)
                .toList();
    }

    /** The kept elements of a key that still fit, which are no longer kept; the others are reported. */
    List<XmlElement> take(String key, String what, Predicate<XmlElement> fits) {
        return takeIf(each -> each.key().equals(key), what, fits);
    }

    /** As {@link #take}, of all keys that begin so. */
    List<XmlElement> takeUnder(String prefix, String what, Predicate<XmlElement> fits) {
        return takeIf(each -> each.key().startsWith(prefix), what, fits);
    }

    private List<XmlElement> takeIf(Predicate<Kept> wanted, String what, Predicate<XmlElement> fits) {
        List<XmlElement> taken = new ArrayList<>();
        for (Kept each : List.copyOf(kept)) {
            if (wanted.test(each)) {
                kept.remove(each);
                if (fits.test(each.element())) {
                    taken.add(each.element());
                } else {
                    lose(each.key(), "was said of " + what + " before that was changed");
                }
            }
        }
        return taken;
    }

    /** The first kept element of a key that fits; nothing is reported. */
    Optional<XmlElement> takeFirst(String key, Predicate<XmlElement> fits) {
        Optional<Kept> found = kept.stream()
                .filter(each -> each.key().equals(key) && fits.test(each.element()))
                .findFirst();
        found.ifPresent(kept::remove);
        return found.map(Kept::element);
    }

    /** The devices that are kept and not taken yet, in their order. */
    List<XmlElement> otherDevices() {
        return takeUnder(ExtraList.DEVICES, "", element -> true);
    }

    /** Whether a kept device has a number in the boot order. */
    boolean keepsBootNumber() {
        return kept.stream()
                .anyMatch(each -> each.key().startsWith(ExtraList.DEVICES)
                        && each.element().child(BootOrder.KEY).isPresent());
    }

    void child(String name, Object text) {
        child(XmlElement.builder(name).text(text).build());
    }

    void child(XmlElement element) {
        children.add(element);
    }

    /** The domain, with all that is still kept. */
    XmlElement domain() {
        int own = children.size();
        for (Kept each : kept) {
            int at = indexOf(each.element(), own);
            if (at < 0) {
                children.add(each.element());
            } else {
                children.set(at, Fragments.merged(children.get(at), each.element()));
            }
        }
        children.sort(Comparator.comparingInt(child -> ExtraList.rank(Fragments.qualifiedName(child))));
        XmlElement domain = XmlElement.builder("domain")
                .attribute("type", flavour.type())
                .children(children)
                .build();
        reportControlCharacters(domain);
        return domain;
    }

    private int indexOf(XmlElement element, int own) {
        for (int i = 0; i < own; i++) {
            if (Fragments.qualifiedName(children.get(i)).equals(Fragments.qualifiedName(element))) {
                return i;
            }
        }
        return -1;
    }

    private void reportControlCharacters(XmlElement element) {
        if (!expressible(element.text())) {
            lose("control characters in " + element.name(), "cannot stand in XML");
        }
        for (XmlElement.Attribute attribute : element.attributes()) {
            if (!expressible(attribute.value())) {
                lose("control characters in " + element.name() + " " + attribute.name(), "cannot stand in XML");
            }
        }
        element.children().forEach(this::reportControlCharacters);
    }

    private static boolean expressible(String text) {
        return text.codePoints()
                .allMatch(c -> c == '\n'
                        || c == '\r'
                        || c == '\t'
                        || (c >= ' ' && c <= 0xD7FF)
                        || (c >= 0xE000 && c <= 0xFFFD)
                        || c >= 0x10000);
    }
}
