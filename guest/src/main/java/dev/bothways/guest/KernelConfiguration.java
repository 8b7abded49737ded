package dev.bothways.guest;

import java.util.Map;

/** The options that a kernel was built with ({@code /boot/config-RELEASE}), without {@code CONFIG_}; empty where no file tells. */
public record KernelConfiguration(Map<String, String> options) {

    /** No configuration is known. */
    public static final KernelConfiguration NONE = new KernelConfiguration(Map.of());

    /** Whether the file was there. */
    public boolean known() {
        return !options.isEmpty();
    }

    /** Whether {@code option} is built into the image. */
    public boolean builtIn(String option) {
        return "y".equals(options.get(option));
    }

    /** Whether {@code option} is built in or a module. */
    public boolean enabled(String option) {
        return builtIn(option) || "m".equals(options.get(option));
    }
}
