package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Everything that a domain says, an attribute or text at a time. */
final class DomainFacts {
    /** What may be said in other words, or is libvirt's own habit where nothing is said. */
    private static final List<Pattern> OTHER_WORDS = List.of(
            // Amounts of memory, in another unit; the machines are compared.
            pattern("/domain/(currentMemory|memory)(@unit)?=.*"),
            // The number of a running domain, and of images in its chains.
            pattern("/domain@id=.*"),
            pattern("/domain/devices/disk/.*@index=.*"),
            pattern("/domain/vcpu@placement=static"),
            // Places of drives, which the machines' slots have.
            pattern("/domain/devices/disk/address@(type=drive|controller|bus|target|unit).*"),
            pattern("/domain/devices/controller@(type=(ide|fdc|sata|scsi)|index=.*)"),
            // A processor of which nothing is said.
            pattern("/domain/cpu"),
            // The boot order in one of its two forms.
            pattern("/domain/(os/boot@dev|devices/(disk|interface)/boot@order)=.*"),
            // libvirt's usual driver, and the format of nothing.
            pattern("/domain/devices/disk/driver@(name=qemu|type=raw)"),
            pattern("/domain/devices/graphics(/listen@.*|@autoport=no|@port=.*)"),
            // The first serial port a second time.
            pattern("/domain/devices/console(@type=.*|/target@(type=serial|port=.*)|/source@.*|/protocol@.*)"),
            pattern("/domain/devices/serial/target(@type=isa-serial|/model@name=isa-serial)"),
            pattern("/domain/devices/video/model@(heads=1|primary=yes)"));

    private DomainFacts() {}

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex, Pattern.DOTALL);
    }

    /** What the one says and the other does not, as often. */
    static Set<String> missing(XmlElement one, XmlElement other) {
        Map<String, Integer> said = new HashMap<>();
        Map<String, Integer> repeated = new HashMap<>();
        collect(one, "", said);
        collect(other, "", repeated);
        Set<String> missing = new TreeSet<>();
        said.forEach((fact, times) -> {
            boolean otherWords = OTHER_WORDS.stream()
                    .anyMatch(pattern -> pattern.matcher(fact).matches());
            if (repeated.getOrDefault(fact, 0) < times && !otherWords) {
                missing.add(fact);
            }
        });
        return missing;
    }

    private static void collect(XmlElement element, String parent, Map<String, Integer> facts) {
        String path = parent + "/" + element.name();
        String text = element.text().strip();
        if (element.attributes().isEmpty() && element.children().isEmpty() && text.isEmpty()) {
            facts.merge(path, 1, Integer::sum);
        }
        if (!text.isEmpty()) {
            facts.merge(path + "=" + text, 1, Integer::sum);
        }
        // In small letters, because of hardware addresses.
        element.attributes()
                .forEach(attribute -> facts.merge(
                        path + "@" + attribute.name() + "=" + attribute.value().toLowerCase(Locale.ROOT),
                        1,
                        Integer::sum));
        element.children().forEach(child -> collect(child, path, facts));
    }
}
