package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Display;
import dev.bothways.machine.Display.Protocol;
import dev.bothways.machine.Display.Viewer;
import dev.bothways.machine.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The screen: the emulated adapter of HVM, or the paravirtual frame buffer ({@code vfb}). */
final class XlDisplay {
    static final String FRAME_BUFFER = "xenfb";
    static final int FIRST_VNC_PORT = 5900;

    private static final int HIGHEST_DISPLAY = 59_635;
    private static final Pattern LISTEN_AND_DISPLAY = Pattern.compile("([^:]*|\\[[^\\]]*\\]):([0-9]{1,5})");

    private final XlSettings settings;
    private final Platform platform;

    XlDisplay(XlSettings settings, Platform platform) {
        this.settings = settings;
        this.platform = platform;
    }

    Display read() throws DefinitionException {
        if (platform == Platform.XEN_HVM) {
            return emulated();
        }
        Optional<Map<String, String>> frameBuffer = simpleFrameBuffer();
        if (frameBuffer.isPresent()) {
            settings.take("vfb");
            return ofFrameBuffer(frameBuffer.get());
        }
        List<Viewer> viewers = settings.find("vfb").isPresent() ? List.of() : topLevelViewers();
        Optional<String> keymap = viewers.isEmpty() ? Optional.empty() : settings.text("keymap");
        Optional<String> adapter = viewers.isEmpty() ? Optional.empty() : Optional.of(FRAME_BUFFER);
        return new Display(adapter, OptionalLong.empty(), viewers, keymap);
    }

    private Display emulated() throws DefinitionException {
        OptionalLong memory = settings.number("videoram", 0, 1 << 20);
        Optional<String> adapter = settings.text("vga");
        if (adapter.isEmpty() && settings.find("stdvga").isPresent()) {
            adapter = settings.truth("stdvga").map(standard -> standard ? "stdvga" : "cirrus");
        }
        settings.take("stdvga");
        List<Viewer> viewers = topLevelViewers();
        if (settings.find("spice").isPresent() && settings.truth("spice").orElse(false)) {
            OptionalLong port = settings.number("spiceport", 0, 65_535);
            viewers.add(new Viewer(
                    Protocol.SPICE,
                    settings.text("spicehost"),
                    port.isEmpty() ? OptionalInt.empty() : OptionalInt.of((int) port.getAsLong())));
        }
        OptionalLong bytes = memory.isEmpty() ? OptionalLong.empty() : OptionalLong.of(memory.getAsLong() << 20);
        return new Display(adapter, bytes, viewers, settings.text("keymap"));
    }

    /** {@code vnc=0} stays an extra: HVM has a viewer unless told otherwise. */
    private List<Viewer> topLevelViewers() throws DefinitionException {
        List<Viewer> viewers = new ArrayList<>();
        if (isOn("vnc")) {
            settings.take("vnc");
            OptionalLong display = settings.number("vncdisplay", 0, HIGHEST_DISPLAY);
            viewers.add(vnc(
                    settings.text("vnclisten"),
                    display.isEmpty() ? OptionalInt.empty() : OptionalInt.of((int) display.getAsLong())));
        }
        if (isOn("sdl")) {
            settings.take("sdl");
            viewers.add(new Viewer(Protocol.SDL, Optional.empty(), OptionalInt.empty()));
        }
        return viewers;
    }

    private boolean isOn(String key) throws DefinitionException {
        Optional<XlSettings.Setting> setting = settings.find(key);
        if (setting.isEmpty()) {
            return false;
        }
        boolean on = settings.truth(key).orElse(false);
        settings.set(key, setting.get().line(), setting.get().value());
        return on;
    }

    /**
     * What {@code vnclisten} says. An address with colons needs brackets and the display's number behind them: xl takes what stands
     * behind the last colon for that. From number 0 on, a free one is looked for.
     */
    static Optional<String> listen(Viewer viewer) {
        return viewer.listen()
                .map(address -> isOfVersion6(address)
                        ? "[" + address + "]:" + ownNumber(viewer).orElse(0)
                        : address);
    }

    /** What {@code vncdisplay} says, which must not be there where {@code vnclisten} says it. */
    static OptionalInt number(Viewer viewer) {
        return viewer.listen().filter(XlDisplay::isOfVersion6).isPresent() ? OptionalInt.empty() : ownNumber(viewer);
    }

    private static boolean isOfVersion6(String address) {
        return address.indexOf(':') >= 0;
    }

    private static OptionalInt ownNumber(Viewer viewer) {
        int port = viewer.port().orElse(0);
        return port >= FIRST_VNC_PORT ? OptionalInt.of(port - FIRST_VNC_PORT) : OptionalInt.empty();
    }

    private static Viewer vnc(Optional<String> listen, OptionalInt display) {
        Matcher both = LISTEN_AND_DISPLAY.matcher(listen.orElse(""));
        if (display.isEmpty() && both.matches() && Integer.parseInt(both.group(2)) <= HIGHEST_DISPLAY) {
            String address = both.group(1);
            int number = Integer.parseInt(both.group(2));
            if (address.startsWith("[")) {
                return new Viewer(
                        Protocol.VNC,
                        Optional.of(address.substring(1, address.length() - 1)),
                        number == 0 ? OptionalInt.empty() : OptionalInt.of(FIRST_VNC_PORT + number));
            }
            return new Viewer(
                    Protocol.VNC,
                    Optional.of(address).filter(text -> !text.isEmpty()),
                    OptionalInt.of(FIRST_VNC_PORT + number));
        }
        return new Viewer(
                Protocol.VNC,
                listen,
                display.isEmpty() ? display : OptionalInt.of(FIRST_VNC_PORT + display.getAsInt()));
    }

    /** The parameters of the one frame buffer, if there is one and the record has a word for each of them. */
    private Optional<Map<String, String>> simpleFrameBuffer() {
        Optional<XlSettings.Setting> setting = settings.find("vfb");
        if (setting.isEmpty()
                || !(setting.get().value() instanceof XlValue.Items items)
                || items.items().size() != 1
                || !(items.items().getFirst() instanceof XlValue.Text specification)) {
            return Optional.empty();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String part : specification.text().split(",")) {
            String parameter = part.strip();
            int equals = parameter.indexOf('=');
            if (equals > 0) {
                parameters.put(parameter.substring(0, equals), parameter.substring(equals + 1));
            }
        }
        return parameters.entrySet().stream().allMatch(XlDisplay::hasWord) ? Optional.of(parameters) : Optional.empty();
    }

    private static boolean hasWord(Map.Entry<String, String> parameter) {
        String value = parameter.getValue();
        return switch (parameter.getKey()) {
            case "vnclisten", "keymap" -> true;
            case "vncdisplay" -> value.matches("[0-9]{1,4}");
            case "vnc", "sdl" -> value.equals("0") || value.equals("1");
            case "vncunused" -> value.equals("1");
            case "opengl" -> value.equals("0");
            case "type" -> value.equals("vnc") || value.equals("sdl");
            default -> false;
        };
    }

    private static Display ofFrameBuffer(Map<String, String> parameters) {
        List<Viewer> viewers = new ArrayList<>();
        boolean sdl = "1".equals(parameters.get("sdl")) || "sdl".equals(parameters.get("type"));
        if (!"0".equals(parameters.get("vnc")) && !"sdl".equals(parameters.get("type"))) {
            String display = parameters.get("vncdisplay");
            viewers.add(vnc(
                    Optional.ofNullable(parameters.get("vnclisten")),
                    display == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(display))));
        }
        if (sdl) {
            viewers.add(new Viewer(Protocol.SDL, Optional.empty(), OptionalInt.empty()));
        }
        return new Display(
                Optional.of(FRAME_BUFFER),
                OptionalLong.empty(),
                viewers,
                Optional.ofNullable(parameters.get("keymap")));
    }
}
