package dev.bothways.guest.linux.kernel;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.KernelModules;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the lists that depmod and the kernel's build leave in a modules directory. */
final class ModuleLists {
    private static final int LARGEST_LIST = 8 << 20;

    private ModuleLists() {}

    static KernelModules read(GuestFiles files, String directory) throws IOException {
        Set<String> builtIn = new HashSet<>();
        files.text(directory + "/modules.builtin", LARGEST_LIST)
                .ifPresent(text -> text.lines()
                        .filter(line -> !line.isBlank())
                        .forEach(line -> builtIn.add(KernelModules.canonical(line.strip()))));
        SortedMap<String, String> found = new TreeMap<>();
        Optional<String> dependencies = files.text(directory + "/modules.dep", LARGEST_LIST);
        dependencies.ifPresent(text -> text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String path = line.substring(0, colon).strip();
                String relative = path.startsWith(directory + "/") ? path.substring(directory.length() + 1) : path;
                found.put(KernelModules.canonical(relative), relative);
            }
        }));
        return new KernelModules(Set.copyOf(builtIn), found);
    }
}
