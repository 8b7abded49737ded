package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.Bus;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code <controller>} elements: the models of what the drives are attached to, and the rest. */
final class Controllers {
    /** libvirt's words that are not the record's. */
    private static final Map<String, String> WORDS = Map.of("vmpvscsi", "pvscsi");

    private static final int MOST = 1 << 20;

    private final List<Known> all;
    private final Set<Place> used = new HashSet<>();

    private record Place(String type, int index) {}

    private record Known(Place place, XmlElement element) {}

    private Controllers(List<Known> all) {
        this.all = all;
    }

    /** The controllers of a machine; one without a number has the lowest that is free for its type. */
    static Controllers of(List<XmlElement> elements, Values values) throws DefinitionException {
        Set<Place> taken = new HashSet<>();
        for (XmlElement element : elements) {
            Optional<String> index = element.attribute("index");
            if (index.isPresent()) {
                taken.add(new Place(type(element), values.integer(element, index.get(), 0, MOST)));
            }
        }
        List<Known> all = new ArrayList<>();
        int free = 0;
        for (XmlElement element : elements) {
            Optional<String> index = element.attribute("index");
            Place place =
                    new Place(type(element), index.isPresent() ? values.integer(element, index.get(), 0, MOST) : 0);
            if (index.isEmpty()) {
                while (!taken.add(place)) {
                    place = new Place(place.type(), ++free);
                }
                free = 0;
            }
            all.add(new Known(place, element));
        }
        all.sort(Comparator.comparing((Known known) -> known.place().type())
                .thenComparingInt(known -> known.place().index()));
        return new Controllers(all);
    }

    private static String type(XmlElement element) {
        return element.attribute("type").orElse("");
    }

    /** The model of the controller that a drive is attached to, in the record's words. */
    Optional<String> adapter(Slot slot) {
        Place place = new Place(type(slot.bus()), number(slot));
        used.add(place);
        return all.stream()
                .filter(known -> known.place().equals(place))
                .findFirst()
                .flatMap(known -> known.element().attribute("model"))
                .filter(model -> !model.equals("auto"))
                .map(model -> WORDS.getOrDefault(model, model));
    }

    /** What the drives do not say already. */
    List<XmlElement> rest() {
        List<XmlElement> rest = new ArrayList<>();
        for (Known known : all) {
            if (!used.contains(known.place())) {
                rest.add(known.element());
                continue;
            }
            boolean told = known.element().attribute("model").orElse("").equals("auto");
            XmlElement left = told ? known.element() : Fragments.withoutAttributes(known.element(), Set.of("model"));
            if (left.attributes().stream()
                            .anyMatch(attribute -> !Set.of("type", "index").contains(attribute.name()))
                    || !left.children().isEmpty()) {
                rest.add(Fragments.merged(named(known.place()), left));
            }
        }
        return rest;
    }

    private static XmlElement named(Place place) {
        return XmlElement.builder("controller")
                .attribute("type", place.type())
                .attribute("index", place.index())
                .build();
    }

    /** libvirt's word for the controllers of a bus; empty text where drives are attached to none. */
    static String type(Bus bus) {
        return switch (bus) {
            case IDE -> "ide";
            case SCSI -> "scsi";
            case SATA -> "sata";
            case FLOPPY -> "fdc";
            case NVME -> "nvme";
            case XEN, VIRTIO, USB -> "";
        };
    }

    /** The models of controllers that QEMU has, in the record's words. */
    static Set<String> models(Bus bus) {
        return switch (bus) {
            case SCSI ->
                Set.of(
                        "buslogic",
                        "lsilogic",
                        "lsisas1068",
                        "lsisas1078",
                        "pvscsi",
                        "virtio-scsi",
                        "virtio-transitional",
                        "virtio-non-transitional",
                        "ibmvscsi",
                        "am53c974",
                        "dc390",
                        "ncr53c90");
            case IDE -> Set.of("piix3", "piix4", "ich6");
            case SATA, FLOPPY, NVME, XEN, VIRTIO, USB -> Set.of();
        };
    }

    /** libvirt's number of a drive's controller: its IDE controllers have two channels. */
    static int number(Slot slot) {
        return slot.bus() == Bus.IDE ? slot.controller() / 2 : slot.controller();
    }

    /** The element that gives a drive's controller its model. */
    static XmlElement element(Slot slot, String adapter) {
        String model = WORDS.entrySet().stream()
                .filter(entry -> entry.getValue().equals(adapter))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(adapter);
        return Fragments.merged(
                named(new Place(type(slot.bus()), number(slot))),
                XmlElement.builder("controller").attribute("model", model).build());
    }
}
