package dev.bothways.guest.linux.initramfs;

import dev.bothways.guest.InitramfsFact.Generator;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Tells what made an initramfs by files that only one generator puts there. */
final class GeneratorClues {
    /** The small files that are looked into are shorter than this. */
    static final int LONGEST = 64 << 10;

    private static final String DEBIAN_CONFIGURATION = "conf/initramfs.conf";
    private static final String DRACUT_PARAMETERS = "lib/dracut/build-parameter.txt";

    private Generator generator = Generator.UNKNOWN;
    private Optional<Boolean> hostOnly = Optional.empty();

    Generator generator() {
        return generator;
    }

    Optional<Boolean> hostOnly() {
        return hostOnly;
    }

    /** Whether the content tells more than the name. */
    boolean wants(CpioEntry entry) {
        return entry.isRegular()
                && entry.size() <= LONGEST
                && (entry.name().equals(DEBIAN_CONFIGURATION) || entry.name().endsWith(DRACUT_PARAMETERS));
    }

    void content(String name, byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        if (name.equals(DEBIAN_CONFIGURATION)) {
            generator = Generator.INITRAMFS_TOOLS;
            // MODULES=dep takes only what the machine at hand needs; MODULES=list only what the administrator names.
            text.lines()
                    .map(String::strip)
                    .filter(line -> line.startsWith("MODULES="))
                    .forEach(line -> hostOnly = Optional.of(!line.matches("MODULES=[\"']?(most|netboot)[\"']?")));
        } else {
            generator = Generator.DRACUT;
            // dracut's own configuration may ask for it too; then the parameters say nothing, and nothing is known.
            for (String word : text.split("[\\s']+")) {
                switch (word) {
                    case "--hostonly", "-H" -> hostOnly = Optional.of(true);
                    case "--no-hostonly", "-N" -> hostOnly = Optional.of(false);
                    default -> {}
                }
            }
        }
    }

    void name(String name) {
        if (generator != Generator.UNKNOWN) {
            return;
        }
        String path = name.startsWith("usr/") ? name.substring(4) : name;
        if (path.equals("scripts/functions") || path.equals("conf/arch.conf")) {
            generator = Generator.INITRAMFS_TOOLS;
        } else if (path.startsWith("lib/dracut/") || path.equals("lib/dracut-lib.sh")) {
            generator = Generator.DRACUT;
        } else if (path.equals("init_functions") || path.equals("buildconfig") || path.startsWith("lib/initcpio/")) {
            generator = Generator.MKINITCPIO;
        } else if (path.equals("sbin/nlplug-findfs")) {
            generator = Generator.MKINITFS;
        } else if (path.equals("bin/nash") || path.equals("mkinitrd.config") || path.startsWith("boot/83-mount")) {
            generator = Generator.MKINITRD;
        }
    }
}
