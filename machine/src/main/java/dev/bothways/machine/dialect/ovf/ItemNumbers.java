package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The InstanceIDs of a written machine: from 1, without those that kept items have. */
final class ItemNumbers {
    private final Set<String> taken;
    private int last;

    ItemNumbers(List<XmlElement> kept) {
        taken = kept.stream()
                .flatMap(item -> item.textOf("InstanceID").or(() -> item.textOf("InstanceId")).stream())
                .collect(Collectors.toSet());
    }

    String next() {
        do {
            last++;
        } while (taken.contains(String.valueOf(last)));
        return String.valueOf(last);
    }
}
