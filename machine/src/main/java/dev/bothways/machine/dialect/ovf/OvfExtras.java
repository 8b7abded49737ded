package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.Extra;
import dev.bothways.machine.Lost;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The extras of a machine or device on their way into an envelope: whatever nobody takes is lost. */
final class OvfExtras {
    private final List<Extra> left = new ArrayList<>();
    private final List<Lost> lost;

    OvfExtras(List<Extra> extras, List<Lost> lost) {
        this.lost = lost;
        for (Extra extra : extras) {
            if (extra.dialect().equals(OvfDialect.ID)) {
                left.add(extra);
            } else {
                lost.add(new Lost(extra.key(), "is a matter of " + extra.dialect() + " alone"));
            }
        }
    }

    /** The value of a key. */
    Optional<String> take(String key) {
        Optional<Extra> found =
                left.stream().filter(extra -> extra.key().equals(key)).findFirst();
        found.ifPresent(left::remove);
        return found.map(Extra::value);
    }

    /** All whose keys begin so, in order. */
    List<Extra> takeAll(String prefix) {
        List<Extra> found =
                left.stream().filter(extra -> extra.key().startsWith(prefix)).toList();
        left.removeAll(found);
        return found;
    }

    /** The elements that extras of these keys are; those that {@code allowed} does not know are lost. */
    List<XmlElement> elements(String prefix, Predicate<XmlElement> allowed) {
        List<XmlElement> elements = new ArrayList<>();
        for (Extra extra : takeAll(prefix)) {
            Optional<XmlElement> element = KeptXml.element(extra, allowed);
            if (element.isPresent()) {
                elements.add(element.get());
            } else {
                lost.add(new Lost(extra.key(), "is no XML that can stand there"));
            }
        }
        return elements;
    }

    /** Puts what is kept of an item into it. */
    void into(OvfItemWriter item, String prefix) {
        for (Extra extra : takeAll(prefix + "Config:")) {
            item.setting(extra.key().substring((prefix + "Config:").length()), extra.value());
        }
        for (String share : KeptProperties.SHARES) {
            take(prefix + share).ifPresent(value -> item.property(share, value));
        }
        elements(prefix + "Property:", KeptProperties::mayStand).forEach(item::child);
    }

    /** What is left is lost. */
    void finish() {
        left.forEach(extra -> lost.add(new Lost(
                extra.key().startsWith("CollectionSection:") ? extra.key() : "item of ovf",
                extra.key().startsWith("CollectionSection:")
                        ? "is said of a collection of machines, and one is written"
                        : "cannot stand where it should (" + extra.key() + ")")));
    }
}
