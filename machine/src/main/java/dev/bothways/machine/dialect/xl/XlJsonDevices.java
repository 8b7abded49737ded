package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes xl's specifications of libxl's devices. */
final class XlJsonDevices {
    private static final String USUAL_SCRIPT = "vif-bridge";
    private static final String NO_ADDRESS = "00:00:00:00:00:00";

    private final XlSettings settings;
    private final boolean emulated;
    private final List<List<Extra>> diskExtras = new ArrayList<>();
    private final List<List<Extra>> nicExtras = new ArrayList<>();

    XlJsonDevices(XlSettings settings, boolean emulated) {
        this.settings = settings;
        this.emulated = emulated;
    }

    /** Of each drive, what has no parameter in xl. */
    List<List<Extra>> diskExtras() {
        return diskExtras;
    }

    /** Of each NIC likewise. */
    List<List<Extra>> nicExtras() {
        return nicExtras;
    }

    void read(JsonItem configuration) throws DefinitionException {
        List<String> disks = new ArrayList<>();
        int diskLine = configuration.line("disks");
        for (JsonItem disk : configuration.items("disks")) {
            disks.add(disk(disk));
        }
        set("disk", diskLine, disks);
        List<String> nics = new ArrayList<>();
        int nicLine = configuration.line("nics");
        for (JsonItem nic : configuration.items("nics")) {
            nics.add(nic(nic));
        }
        set("vif", nicLine, nics);
        frameBuffers(configuration);
        hostDevices(configuration);
        int chipLine = configuration.line("vtpms");
        List<String> chips = new ArrayList<>();
        for (JsonItem chip : configuration.items("vtpms")) {
            List<String> parts = new ArrayList<>();
            add(parts, "backend", chip, "backend_domname");
            add(parts, "uuid", chip, "uuid");
            chips.add(String.join(",", parts));
        }
        set("vtpm", chipLine, chips);
    }

    private void set(String key, int line, List<String> values) {
        if (!values.isEmpty()) {
            List<XlValue> items = new ArrayList<>();
            values.forEach(value -> items.add(new XlValue.Text(value)));
            settings.set(key, line, new XlValue.Items(items));
        }
    }

    /** Adds a parameter; its value ends at a comma, so it may hold none. */
    private static void add(List<String> parts, String parameter, JsonItem item, String name)
            throws DefinitionException {
        int line = item.line(name);
        Optional<String> value = item.text(name);
        if (value.isPresent()
                && (value.get().indexOf(',') >= 0
                        || !value.get().equals(value.get().strip()))) {
            throw item.error(line, name, "'" + value.get() + "' holds a comma or blanks, which xl has no form for");
        }
        value.ifPresent(text -> parts.add(parameter + "=" + text));
    }

    private String disk(JsonItem disk) throws DefinitionException {
        List<String> parts = new ArrayList<>();
        add(parts, "format", disk, "format");
        add(parts, "vdev", disk, "vdev");
        add(parts, "script", disk, "script");
        add(parts, "backend", disk, "backend_domname");
        // Which part of the host serves a drive, libxl works out itself, but for one that nothing else would choose.
        disk.text("backend")
                .filter(backend -> backend.equals("standalone"))
                .ifPresent(backend -> parts.add("backendtype=" + backend));
        boolean writable = disk.truth("readwrite").orElse(false);
        parts.add("access=" + (writable ? "rw" : "ro"));
        if (disk.truth("is_cdrom").orElse(false)) {
            parts.add("devtype=cdrom");
        }
        if (disk.truth("direct_io_safe").orElse(false)) {
            parts.add("direct-io-safe");
        }
        disk.truth("discard_enable").ifPresent(discard -> {
            if (!discard) {
                parts.add("no-discard");
            }
        });
        disk.text("pdev_path").ifPresent(path -> parts.add("target=" + path + (path.endsWith(",") ? "," : "")));
        disk.drop(List.of("backend_domid", "removable", "transport"));
        diskExtras.add(kept(disk));
        return String.join(",", parts);
    }

    private static List<Extra> kept(JsonItem item) {
        List<Extra> extras = new ArrayList<>();
        item.keep("", extras);
        return extras;
    }

    private String nic(JsonItem nic) throws DefinitionException {
        List<String> parts = new ArrayList<>();
        add(parts, "mac", nic, "mac");
        parts.remove("mac=" + NO_ADDRESS);
        add(parts, "bridge", nic, "bridge");
        add(parts, "ip", nic, "ip");
        add(parts, "mtu", nic, "mtu");
        parts.remove("mtu=0");
        add(parts, "vifname", nic, "ifname");
        add(parts, "gatewaydev", nic, "gatewaydev");
        add(parts, "backend", nic, "backend_domname");
        add(parts, "script", nic, "script");
        parts.removeIf(part -> part.startsWith("script=") && part.endsWith("/" + USUAL_SCRIPT));
        String type = nic.text("nictype").orElse("vif");
        if (emulated && type.equals("vif")) {
            nic.drop(List.of("model"));
            parts.add("type=vif");
        } else if (emulated) {
            add(parts, "model", nic, "model");
        }
        rate(nic).ifPresent(parts::add);
        nic.drop(List.of("backend_domid", "devid", "model"));
        nicExtras.add(kept(nic));
        return String.join(",", parts);
    }

    /** So many bytes in so many microseconds, in xl's words. */
    private static Optional<String> rate(JsonItem nic) throws DefinitionException {
        OptionalLong bytes = nic.number("rate_bytes_per_interval", 0, Long.MAX_VALUE / 1_000_000);
        OptionalLong interval = nic.number("rate_interval_usecs", 0, Integer.MAX_VALUE);
        if (bytes.orElse(0) == 0 || interval.orElse(0) == 0) {
            return Optional.empty();
        }
        return Optional.of(
                "rate=" + bytes.getAsLong() * 1_000_000 / interval.getAsLong() + "B/s@" + interval.getAsLong() + "us");
    }

    /** The number of a VNC display, where the host may not look for a free one or shall begin to look. */
    static OptionalLong display(JsonItem vnc) throws DefinitionException {
        boolean fixed = !vnc.truth("findunused").orElse(true);
        long number = vnc.number("display", 0, 10_000).orElse(0);
        return fixed || number > 0 ? OptionalLong.of(number) : OptionalLong.empty();
    }

    /** Emulated machines have their screen elsewhere, and here once more. */
    private void frameBuffers(JsonItem configuration) throws DefinitionException {
        configuration.drop(List.of("vkbs"));
        int line = configuration.line("vfbs");
        List<String> buffers = new ArrayList<>();
        for (JsonItem buffer : configuration.items("vfbs")) {
            List<String> parts = new ArrayList<>();
            JsonItem vnc = buffer.item("vnc");
            parts.add("vnc=" + (vnc.truth("enable").orElse(false) ? "1" : "0"));
            add(parts, "vnclisten", vnc, "listen");
            display(vnc).ifPresent(number -> parts.add("vncdisplay=" + number));
            add(parts, "vncpasswd", vnc, "passwd");
            if (buffer.item("sdl").truth("enable").orElse(false)) {
                parts.add("sdl=1");
            }
            add(parts, "keymap", buffer, "keymap");
            buffers.add(String.join(",", parts));
        }
        if (!emulated) {
            set("vfb", line, buffers);
        }
    }

    private void hostDevices(JsonItem configuration) throws DefinitionException {
        int line = configuration.line("pcidevs");
        List<String> devices = new ArrayList<>();
        for (JsonItem device : configuration.items("pcidevs")) {
            devices.add(String.format(
                    Locale.ROOT,
                    "%04x:%02x:%02x.%x",
                    device.number("domain", 0, 0xffff).orElse(0),
                    device.number("bus", 0, 0xff).orElse(0),
                    device.number("dev", 0, 0x1f).orElse(0),
                    device.number("func", 0, 7).orElse(0)));
        }
        set("pci", line, devices);
        int usbLine = configuration.line("usbdevs");
        List<String> usb = new ArrayList<>();
        for (JsonItem device : configuration.items("usbdevs")) {
            JsonItem address = device.item("type.hostdev");
            usb.add("hostbus=" + address.number("hostbus", 0, 255).orElse(0) + ",hostaddr="
                    + address.number("hostaddr", 0, 255).orElse(0));
        }
        set("usbdev", usbLine, usb);
    }
}
