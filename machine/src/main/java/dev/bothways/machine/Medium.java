package dev.bothways.machine;

/**
 * What lies in a drive, as the definition names it. Nothing here has been opened.
 *
 * @param path a file of the host, as the definition writes it (absolute, or relative to what the dialect says)
 * @param format the image format in this project's words ({@code raw}, {@code qcow2}, {@code vhd}, {@code vhdx} ...), or
 *     empty text where the definition leaves it open
 */
public record Medium(String path, String format) {
    public Medium {
        if (path.isEmpty()) {
            throw new IllegalArgumentException("a medium has a path; an empty drive has no medium");
        }
    }
}
