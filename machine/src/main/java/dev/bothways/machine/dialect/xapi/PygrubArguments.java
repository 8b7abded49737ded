package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.Firmware;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A boot loader of the host in three fields; a kernel that overrules the guest's menu is an argument of pygrub. */
final class PygrubArguments {
    private static final String KERNEL = "--kernel=";
    private static final String RAMDISK = "--ramdisk=";
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s");

    private PygrubArguments() {}

    static Firmware.HostBootLoader parse(String loader, String arguments, String commandLine) {
        List<String> others = new ArrayList<>();
        Optional<String> kernel = Optional.empty();
        Optional<String> ramdisk = Optional.empty();
        for (String argument : arguments.strip().split("\\s+")) {
            if (argument.startsWith(KERNEL) && argument.length() > KERNEL.length() && kernel.isEmpty()) {
                kernel = Optional.of(argument.substring(KERNEL.length()));
            } else if (argument.startsWith(RAMDISK) && argument.length() > RAMDISK.length() && ramdisk.isEmpty()) {
                ramdisk = Optional.of(argument.substring(RAMDISK.length()));
            } else if (!argument.isEmpty()) {
                others.add(argument);
            }
        }
        return new Firmware.HostBootLoader(loader, others, kernel, ramdisk, commandLine);
    }

    /** The arguments in one field; those that hold white space have no way to be told from two and are left out. */
    static String text(Firmware.HostBootLoader loader) {
        return String.join(
                " ", all(loader).stream().filter(PygrubArguments::fits).toList());
    }

    /** The arguments that {@link #text} leaves out. */
    static List<String> unfit(Firmware.HostBootLoader loader) {
        return all(loader).stream().filter(argument -> !fits(argument)).toList();
    }

    private static List<String> all(Firmware.HostBootLoader loader) {
        List<String> all = new ArrayList<>();
        loader.kernel().ifPresent(path -> all.add(KERNEL + path));
        loader.ramdisk().ifPresent(path -> all.add(RAMDISK + path));
        all.addAll(loader.arguments());
        return all;
    }

    private static boolean fits(String argument) {
        return !argument.isEmpty() && !WHITE_SPACE.matcher(argument).find();
    }
}
