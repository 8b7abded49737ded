package dev.bothways.guest;

import java.util.Set;
import java.util.SortedMap;

/**
 * The modules of one kernel, by canonical name (see {@link #canonical}).
 *
 * @param builtIn those inside the kernel's image ({@code modules.builtin})
 * @param files those on the disk, with their path below the modules directory ({@code modules.dep}):
 *     {@code kernel/drivers/block/xen-blkfront.ko.xz}
 */
public record KernelModules(Set<String> builtIn, SortedMap<String, String> files) {

    /**
     * The name that the kernel and modprobe use for a module: of a path the last part, without {@code .ko} and a compression's
     * ending, with {@code _} for every {@code -}.
     */
    public static String canonical(String nameOrPath) {
        String name = nameOrPath.substring(nameOrPath.lastIndexOf('/') + 1);
        int ko = name.lastIndexOf(".ko");
        if (ko > 0 && (ko + 3 == name.length() || name.charAt(ko + 3) == '.')) {
            name = name.substring(0, ko);
        }
        return name.replace('-', '_');
    }
}
