package dev.bothways.guest;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One choice of a boot menu.
 *
 * @param menu titles of the submenus it lies in, outermost first
 * @param title as the menu shows it
 * @param id the name that {@code set default} may use ({@code --id}), where there is one
 * @param kernel path of the kernel in the guest's tree where it was found there, else as written
 * @param initramfs paths in the same manner, in order
 * @param commandLine the kernel's command line as the boot loader would pass it, without the kernel
 * @param device what the boot loader takes the files from, as written: {@code hd0,msdos1}, or the UUID it searches for
 * @param line index (from 0) of the line of the configuration that names the kernel; -1 where no line does
 */
public record BootEntry(
        List<String> menu,
        String title,
        Optional<String> id,
        Optional<String> kernel,
        List<String> initramfs,
        String commandLine,
        Optional<String> device,
        int line) {

    /** The value of {@code key=} on the command line, the last one as the kernel takes it. */
    public Optional<String> argument(String key) {
        List<String> values = arguments(commandLine, key);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getLast());
    }

    /** Every value of {@code key=} on a kernel's command line, in order. */
    public static List<String> arguments(String commandLine, String key) {
        return Arrays.stream(commandLine.split("[ \t\n]+"))
                .filter(word -> word.startsWith(key + "="))
                .map(word -> word.substring(key.length() + 1))
                .toList();
    }
}
