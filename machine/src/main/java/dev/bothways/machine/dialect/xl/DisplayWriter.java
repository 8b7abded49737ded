package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.Display;
import dev.bothways.machine.Display.Viewer;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import java.util.ArrayList;
import java.util.List;

/** Writes the screen. */
final class DisplayWriter {
    private final Display display;
    private final boolean emulated;
    private final XlOutput out;

    DisplayWriter(Machine machine, XlOutput out) {
        this.display = machine.display();
        this.emulated = machine.platform() == Platform.XEN_HVM;
        this.out = out;
    }

    void write() {
        if (emulated) {
            emulated();
        } else if (!display.equals(Display.usual())) {
            frameBuffer();
        }
    }

    private void emulated() {
        display.adapter().ifPresent(adapter -> {
            if (List.of("stdvga", "cirrus", "qxl", "none").contains(adapter)) {
                out.text("vga", adapter);
            } else {
                out.lose("display adapter " + adapter, "is not emulated for xl");
            }
        });
        display.videoMemory().ifPresent(bytes -> out.number("videoram", Math.ceilDiv(bytes, 1L << 20)));
        for (Viewer viewer : display.viewers()) {
            switch (viewer.protocol()) {
                case VNC -> {
                    out.number("vnc", 1);
                    XlDisplay.listen(viewer).ifPresent(address -> out.text("vnclisten", address));
                    XlDisplay.number(viewer).ifPresent(number -> out.number("vncdisplay", number));
                }
                case SDL -> out.number("sdl", 1);
                case SPICE -> {
                    out.number("spice", 1);
                    viewer.listen().ifPresent(address -> out.text("spicehost", address));
                    viewer.port().ifPresent(port -> out.number("spiceport", port));
                }
                case RDP -> out.lose("viewer by RDP", "is not offered by Xen");
            }
        }
        display.keymap().ifPresent(keymap -> out.text("keymap", keymap));
    }

    private void frameBuffer() {
        List<String> parts = new ArrayList<>();
        boolean vnc = false;
        for (Viewer viewer : display.viewers()) {
            switch (viewer.protocol()) {
                case VNC -> {
                    vnc = true;
                    XlDisplay.listen(viewer).ifPresent(address -> part("vnclisten", address, parts));
                    XlDisplay.number(viewer).ifPresent(number -> parts.add("vncdisplay=" + number));
                }
                case SDL -> parts.add("sdl=1");
                case SPICE, RDP ->
                    out.lose("viewer by " + viewer.protocol().id(), "is not offered for paravirtual guests");
            }
        }
        boolean wanted = vnc
                || !parts.isEmpty()
                || display.adapter().filter(XlDisplay.FRAME_BUFFER::equals).isPresent();
        if (!wanted) {
            display.adapter()
                    .ifPresent(
                            adapter -> out.lose("display adapter " + adapter, "is not there without a device model"));
            return;
        }
        parts.addFirst("vnc=" + (vnc ? 1 : 0));
        display.keymap().ifPresent(keymap -> part("keymap", keymap, parts));
        out.list("vfb", List.of(String.join(",", parts)));
    }

    private void part(String key, String value, List<String> parts) {
        if (value.indexOf(',') >= 0 || !value.equals(value.strip())) {
            out.lose(key + " of the frame buffer", "holds a comma or blanks that xl cannot read");
        } else {
            parts.add(key + "=" + value);
        }
    }
}
