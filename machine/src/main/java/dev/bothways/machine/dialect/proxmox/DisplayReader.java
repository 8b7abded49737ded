package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the screen. */
final class DisplayReader {
    private static final Map<String, String> ADAPTERS = Map.of(
            "std", "stdvga",
            "cirrus", "cirrus",
            "qxl", "qxl",
            "vmware", "vmvga",
            "virtio", "virtio",
            "none", "none");
    private static final int MOST_MEBIBYTES = 512;

    private final SectionSettings settings;
    private final List<Extra> extras;

    DisplayReader(SectionSettings settings, List<Extra> extras) {
        this.settings = settings;
        this.extras = extras;
    }

    Display read() throws DefinitionException {
        Optional<String> keymap = settings.text("keyboard");
        Optional<PropertyString> vga = settings.properties("vga", "type");
        if (vga.isEmpty()) {
            return new Display(Optional.empty(), OptionalLong.empty(), List.of(), keymap);
        }
        Display display;
        try {
            display = display(vga.get(), keymap);
        } catch (MalformedPropertyException e) {
            throw settings.wrong("vga", String.valueOf(e.getMessage()));
        }
        if (!written(display).toString().equals(vga.get().toString())) {
            extras.add(new Extra(ProxmoxDialect.ID, "vga", vga.get().toString()));
        }
        return display;
    }

    /** What the value of {@code vga} means. */
    static Display display(PropertyString vga, Optional<String> keymap) throws MalformedPropertyException {
        Optional<String> adapter = Optional.empty();
        Optional<String> type = vga.value("type");
        if (type.isPresent()) {
            adapter = Optional.of(adapter(type.get()));
        }
        Optional<String> memory = vga.value("memory");
        boolean number = memory.orElse("4").matches("[0-9]{1,3}");
        int mebibytes = number ? Integer.parseInt(memory.orElse("4")) : 0;
        if (mebibytes < 1 || mebibytes > MOST_MEBIBYTES) {
            throw new MalformedPropertyException(
                    "has memory=" + memory.orElse("") + ", which is not between 1 and " + MOST_MEBIBYTES);
        }
        return new Display(
                adapter,
                memory.isEmpty() ? OptionalLong.empty() : OptionalLong.of(mebibytes * SectionReader.MEBIBYTE),
                List.of(),
                keymap);
    }

    private static String adapter(String type) throws MalformedPropertyException {
        return switch (type) {
            case "qxl2", "qxl3", "qxl4" -> "qxl";
            case "virtio-gl" -> "virtio";
            case "serial0", "serial1", "serial2", "serial3" -> "none";
            default ->
                Optional.ofNullable(ADAPTERS.get(type))
                        .orElseThrow(() -> new MalformedPropertyException(
                                "has the type '" + type + "', which Proxmox does not know"));
        };
    }

    /** The value of {@code vga} that means this screen; its adapter may be none that Proxmox knows. */
    static PropertyString written(Display display) {
        PropertyString vga = new PropertyString("type");
        display.adapter()
                .flatMap(adapter -> ADAPTERS.entrySet().stream()
                        .filter(entry -> entry.getValue().equals(adapter))
                        .map(Map.Entry::getKey)
                        .findFirst())
                .ifPresent(type -> vga.put("type", type));
        display.videoMemory()
                .ifPresent(bytes -> vga.put(
                        "memory",
                        Long.toString(Math.min(MOST_MEBIBYTES, Math.ceilDiv(bytes, SectionReader.MEBIBYTE)))));
        return vga;
    }
}
