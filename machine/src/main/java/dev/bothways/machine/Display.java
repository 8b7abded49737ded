package dev.bothways.machine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The screen.
 *
 * @param adapter what the guest sees, in small letters: {@code stdvga}, {@code cirrus}, {@code qxl}, {@code xenfb}, {@code
 *     none}; without one the platform's usual
 * @param videoMemory its memory, in bytes
 * @param viewers how people on the host see it
 * @param keymap the keyboard layout of the viewers
 */
public record Display(
        Optional<String> adapter, OptionalLong videoMemory, List<Viewer> viewers, Optional<String> keymap) {

    /** How the screen is shown. */
    public enum Protocol {
        VNC("vnc"),
        SPICE("spice"),
        SDL("sdl"),
        RDP("rdp");

        private final String id;

        Protocol(String id) {
            this.id = id;
        }

        /** The name in manifests. */
        public String id() {
            return id;
        }
    }

    /**
     * One way to see it.
     *
     * @param protocol by which means
     * @param listen the host's address
     * @param port the TCP port; without one the host finds a free one
     */
    public record Viewer(Protocol protocol, Optional<String> listen, OptionalInt port) {}

    public Display {
        viewers = List.copyOf(viewers);
    }

    /** The platform's usual screen. */
    public static Display usual() {
        return new Display(Optional.empty(), OptionalLong.empty(), List.of(), Optional.empty());
    }
}
