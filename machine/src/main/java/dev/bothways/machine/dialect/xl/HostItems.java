package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.HostPaths;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The keys of xl.cfg(5), xl-disk-configuration(5) and xl-network-configuration(5) that reach into the host. */
final class HostItems {
    private static final Set<String> KEYS = Set.of(
            "acpi_firmware",
            "backend",
            "bios_path_override",
            "bootloader",
            "bootloader_args",
            "channel",
            "device_model",
            "device_model_args",
            "device_model_args_hvm",
            "device_model_args_pv",
            "device_model_override",
            "device_model_user",
            "device_tree",
            "display",
            "extra",
            "extra_hvm",
            "extra_pv",
            "fda",
            "fdb",
            "firmware_override",
            "forwarddev",
            "gatewaydev",
            "gfx_passthru",
            "irq",
            "isa",
            "kernel",
            "p9",
            "parallel",
            "pvcalls",
            "pvshim_path",
            "ramdisk",
            "script",
            "serial",
            "serial_list",
            "smbios_firmware",
            "stubdomain_cmdline",
            "stubdomain_kernel",
            "stubdomain_ramdisk",
            "system_firmware",
            "usbdevice",
            "usbdevice_list",
            "usbport",
            "vdispl",
            "virtio",
            "vkb",
            "vscsi",
            "vsnd",
            "vtpm",
            "xauthority");

    private static final Pattern COLO = Pattern.compile("colo[_-].*");

    private HostItems() {}

    /** In the JSON of libxl the same words are the ends of paths. */
    static Optional<Extra> without(Extra extra) {
        String key = extra.key().substring(extra.key().lastIndexOf('.') + 1);
        boolean reaches = KEYS.contains(key) || COLO.matcher(key).matches() || HostPaths.in(extra.value());
        return reaches ? Optional.empty() : Optional.of(extra);
    }
}
