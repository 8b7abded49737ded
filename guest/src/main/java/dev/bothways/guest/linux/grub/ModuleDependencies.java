package dev.bothways.guest.linux.grub;

import dev.bothways.guest.GuestException;
import dev.bothways.guest.GuestException.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code moddep.lst} says: a line for each module, its name, a colon, the modules that it needs. */
final class ModuleDependencies {
    private final Map<String, List<String>> needs = new HashMap<>();

    ModuleDependencies(String list) {
        for (String line : list.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String needed = line.substring(colon + 1).strip();
                needs.put(
                        line.substring(0, colon).strip(), needed.isEmpty() ? List.of() : List.of(needed.split("\\s+")));
            }
        }
    }

    /**
     * The modules and all that they need, each after what it needs. GRUB loads them in this order. Among what one module needs,
     * the last comes first, as in the images of grub-mkimage.
     */
    List<String> closure(List<String> wanted) throws GuestException {
        Set<String> loaded = new LinkedHashSet<>();
        Set<String> open = new LinkedHashSet<>();
        Deque<String> work = new ArrayDeque<>();
        for (String module : wanted.reversed()) {
            work.push(module);
        }
        while (!work.isEmpty()) {
            String module = work.pop();
            if (loaded.contains(module)) {
                continue;
            }
            if (!open.add(module)) {
                loaded.add(module);
                continue;
            }
            work.push(module);
            for (String needed : needs(module)) {
                if (open.contains(needed) && !loaded.contains(needed)) {
                    throw new GuestException(
                            Kind.MALFORMED, "GRUB's modules " + module + " and " + needed + " need each other");
                }
                work.push(needed);
            }
        }
        return List.copyOf(loaded);
    }

    private List<String> needs(String module) throws GuestException {
        List<String> needed = needs.get(module);
        if (needed == null) {
            throw new GuestException(Kind.UNSUPPORTED, "this GRUB has no module " + module);
        }
        return needed;
    }
}
