package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.Display.Protocol;
import dev.bothways.machine.Display.Viewer;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** {@code <graphics>} and {@code <video>}. */
final class ScreenForm {
    private static final int HIGHEST_PORT = 65_535;
    private static final int KIBIBYTE = 1024;
    private static final int MOST_KIBIBYTES = 1 << 24;
    private static final Set<String> ADAPTERS = Set.of("cirrus", "qxl", "virtio", "vmvga", "bochs", "ramfb");

    /** No adapter, so no screen. */
    static final String NONE = "none";

    /** What other hypervisors give to every machine, and libvirt only to one that asks for it. */
    static final Viewer USUAL_VIEWER = new Viewer(Protocol.VNC, Optional.of("127.0.0.1"), OptionalInt.empty());

    static final Adapter USUAL_ADAPTER = new Adapter(Optional.of("stdvga"), OptionalLong.empty());

    private ScreenForm() {}

    /** An adapter as the record has it. */
    record Adapter(Optional<String> model, OptionalLong memory) {}

    /** The viewer, if it is of a kind that the record knows. */
    static Optional<Viewer> viewer(XmlElement graphics) {
        String type = graphics.attribute("type").orElse("");
        return Arrays.stream(Protocol.values())
                .filter(protocol -> protocol.id().equals(type))
                .findFirst()
                .map(protocol -> new Viewer(protocol, listen(graphics), port(graphics)));
    }

    private static Optional<String> listen(XmlElement graphics) {
        Optional<String> attribute = graphics.attribute("listen");
        return attribute.isPresent()
                ? attribute
                : graphics.child("listen")
                        .filter(element -> element.attribute("type").orElse("").equals("address"))
                        .flatMap(element -> element.attribute("address"));
    }

    private static OptionalInt port(XmlElement graphics) {
        OptionalInt port = Values.ifNumber(graphics.attribute("port").orElse(""));
        boolean automatic = graphics.attribute("autoport").orElse("no").equals("yes");
        return automatic || port.orElse(0) < 1 || port.orElse(0) > HIGHEST_PORT ? OptionalInt.empty() : port;
    }

    static XmlElement graphics(Viewer viewer, Optional<String> keymap) {
        XmlElement.Builder graphics = XmlElement.builder("graphics")
                .attribute("type", viewer.protocol().id());
        if (viewer.protocol() == Protocol.SDL) {
            return graphics.build();
        }
        if (viewer.port().isPresent()) {
            graphics.attribute("port", viewer.port().getAsInt());
        } else {
            graphics.attribute("autoport", "yes");
        }
        graphics.attribute("listen", viewer.listen());
        if (viewer.protocol() != Protocol.RDP) {
            graphics.attribute("keymap", keymap);
        }
        return graphics.build();
    }

    /** The element without what says the same again: an address a second time, a port that is not automatic. */
    static XmlElement plainGraphics(XmlElement graphics) {
        Optional<Viewer> viewer = viewer(graphics);
        if (viewer.isEmpty()) {
            return graphics;
        }
        Optional<String> listen = viewer.get().listen();
        XmlElement.Builder plain = XmlElement.builder("graphics");
        boolean automatic = graphics.attribute("autoport").orElse("").equals("yes")
                || (graphics.attribute("port").orElse("-1").equals("-1")
                        && !(viewer.get().protocol() == Protocol.SPICE
                                && graphics.attribute("port").isEmpty())
                        && !graphics.attribute("autoport").orElse("").equals("no"));
        for (XmlElement.Attribute attribute : graphics.attributes()) {
            switch (attribute.name()) {
                case "listen" -> {
                    // Comes below, from wherever it was.
                }
                case "port" -> {
                    if (!automatic) {
                        plain.attribute(attribute.name(), attribute.value());
                    }
                }
                case "autoport" -> {
                    if (!automatic && viewer.get().port().isEmpty()) {
                        plain.attribute(attribute.name(), attribute.value());
                    }
                }
                default -> plain.attribute(attribute.name(), attribute.value());
            }
        }
        if (automatic && viewer.get().protocol() != Protocol.SDL) {
            plain.attribute("autoport", "yes");
        }
        plain.attribute("listen", listen);
        List<XmlElement> children = graphics.children().stream()
                .filter(child -> !saysAddressOnly(child, listen))
                .toList();
        return plain.children(children).text(graphics.text()).build();
    }

    private static boolean saysAddressOnly(XmlElement child, Optional<String> listen) {
        return child.name().equals("listen")
                && child.attribute("type").orElse("").equals("address")
                && child.attribute("address").equals(listen)
                && child.attributes().size() == (listen.isPresent() ? 2 : 1);
    }

    /** The adapter that a {@code <video>} is, if it has one of the record's words. */
    static Optional<Adapter> adapter(XmlElement video) {
        Optional<XmlElement> model = video.child("model");
        String type = model.flatMap(element -> element.attribute("type")).orElse("");
        Optional<String> word = switch (type) {
            case "vga" -> Optional.of("stdvga");
            case "xen" -> Optional.of("xenfb");
            default -> Optional.of(type).filter(known -> ADAPTERS.contains(known) || known.equals(NONE));
        };
        OptionalInt kibibytes = Values.ifNumber(
                model.flatMap(element -> element.attribute("vram")).orElse(""));
        OptionalLong memory = kibibytes.orElse(0) < 1 || kibibytes.orElse(0) > MOST_KIBIBYTES
                ? OptionalLong.empty()
                : OptionalLong.of((long) kibibytes.getAsInt() * KIBIBYTE);
        return word.map(known -> new Adapter(Optional.of(known), memory));
    }

    /**
     * The element of an adapter; nothing for a model that libvirt does not offer.
     *
     * @param viewed whether anybody views the screen: libvirt adds an adapter then, unless none is asked for
     */
    static Optional<XmlElement> video(Adapter adapter, boolean viewed) {
        String word = adapter.model().orElse("");
        String type = switch (word) {
            case "stdvga" -> "vga";
            case "xenfb" -> "xen";
            default -> word;
        };
        boolean none = type.equals(NONE) && viewed;
        if (!ADAPTERS.contains(type) && !none && !type.equals("vga") && !type.equals("xen")) {
            return Optional.empty();
        }
        XmlElement.Builder model = XmlElement.builder("model").attribute("type", type);
        adapter.memory().ifPresent(bytes -> model.attribute("vram", Math.ceilDiv(bytes, KIBIBYTE)));
        return Optional.of(XmlElement.builder("video").child(model).build());
    }

    /** The element without what libvirt adds to every first screen. */
    static XmlElement plainVideo(XmlElement video) {
        XmlElement.Builder plain = XmlElement.builder("video");
        video.attributes().forEach(attribute -> plain.attribute(attribute.name(), attribute.value()));
        for (XmlElement child : video.children()) {
            boolean model = child.name().equals("model");
            List<XmlElement.Attribute> attributes = child.attributes().stream()
                    .filter(attribute -> !model
                            || !((attribute.name().equals("heads")
                                            && attribute.value().equals("1"))
                                    || (attribute.name().equals("primary")
                                            && attribute.value().equals("yes"))))
                    .toList();
            plain.child(new XmlElement(
                    child.namespace(), child.name(), attributes, child.children(), child.text(), child.line()));
        }
        return plain.build();
    }
}
