package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.Extra;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What nothing has understood, less what has Hyper-V's own default and what says nothing of the machine. */
final class HypervLeftOver {
    private static final String NO_GUID = "00000000-0000-0000-0000-000000000000";

    /** Keys that are dropped when they have this value. Those of drives, NICs and the firmware are named below these. */
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("properties/highly_available", "false"),
            Map.entry("settings/guest_controlled_cache_types", "false"),
            Map.entry("settings/memory/bank/backing_type", "0"),
            Map.entry("settings/memory/bank/priority", "5000"),
            Map.entry("settings/memory/bank/target_memory_buffer", "20"),
            Map.entry("settings/memory/sgx/enabled", "false"),
            Map.entry("settings/memory/sgx/size", "0"),
            Map.entry("settings/processors/cpu_group_guid", NO_GUID),
            Map.entry("settings/processors/cpu_group_id", "0"),
            Map.entry("settings/processors/enable_perfmon_lbr", "false"),
            Map.entry("settings/processors/enable_perfmon_pebs", "false"),
            Map.entry("settings/processors/enable_perfmon_pmu", "false"),
            Map.entry("settings/processors/features/limit", "false"),
            Map.entry("settings/processors/hide_hypervisor_present", "false"),
            Map.entry("settings/processors/hwthreads", "0"),
            Map.entry("settings/processors/limit_cpuid", "false"),
            Map.entry("settings/processors/reservation", "0"),
            Map.entry("global_settings/critical_error/action", "1"),
            Map.entry("global_settings/critical_error/timeout", "1800"),
            Map.entry("global_settings/devices/allow_reduced_fc_redundancy", "false"),
            Map.entry("global_settings/devices/host_resource_protection_enabled", "false"),
            Map.entry("global_settings/devices/lock_on_disconnect", "false"),
            Map.entry("global_settings/devices/storage_allow_full_scsi_command_set", "false"),
            Map.entry("global_settings/power/host_shutdown/action", "1"),
            Map.entry("global_settings/power/host_startup/action", "1"),
            Map.entry("global_settings/snapshots/enable_automatic", "false"),
            Map.entry("global_settings/snapshots/user_type", "3"),
            Map.entry("global_settings/unexpected_termination/action", "1"),
            Map.entry("bios/num_lock", "false"),
            Map.entry("bios/pause_after_boot_failure", "false"),
            Map.entry("bios/pxe_preferred_protocol", "4"),
            Map.entry("bios/console_mode", "0"),
            Map.entry("drive/iops_limit", "0"),
            Map.entry("drive/iops_reservation", "0"),
            Map.entry("drive/weight", "100"),
            Map.entry("drive/qos_policy_id", NO_GUID),
            Map.entry("drive/ignore_flushes", "false"),
            Map.entry("drive/caching_mode", "0"),
            Map.entry("drive/write_hardening_method", "0"),
            Map.entry("nic/allowpacketdirect", "false"),
            Map.entry("nic/allowdirecttranslatedp2p", "false"),
            Map.entry("nic/clustermonitored", "true"),
            Map.entry("nic/cluster_monitored", "true"),
            Map.entry("nic/connection/chimneyoffloadweight", "0"),
            Map.entry("nic/connection/preventipspoofing", "false"),
            Map.entry("nic/devicenamingenabled", "false"),
            Map.entry("nic/friendlyname", "Network Adapter"),
            Map.entry("nic/friendly_name", "Legacy Network Adapter"),
            Map.entry("nic/interruptmoderationdisabled", "false"),
            Map.entry("nic/mediatype", "0"),
            Map.entry("nic/numaawareplacement", "false"),
            Map.entry("nic/targetvtl", "0"));

    /** Names, times, places and measures of the host: nothing of the machine is lost with them. */
    private static final Set<String> OF_THE_HOST = Set.of(
            "properties/creation_time",
            "properties/last_powered_off_time",
            "properties/last_powered_on_time",
            "properties/last_state_change_time",
            "properties/type",
            "properties/type_id",
            "properties/version",
            "settings/global",
            "settings/memory/vnuma",
            "settings/processors/vnuma",
            "settings/stopped_at_host_shutdown",
            "settings/topology",
            "settings/vnuma",
            "global_settings/data_root",
            "global_settings/devices/cpu_architecture",
            "global_settings/devices/generation_id",
            "global_settings/metrics",
            "global_settings/owner",
            "global_settings/slp_data_root",
            "global_settings/snapshots/data_root",
            "global_settings/vhd_path_acled",
            "bios/nvram",
            "nic/channelinstanceguid",
            "nic/connection/altportname",
            "nic/connection/features",
            "nic/connection/hostresources",
            "nic/portname",
            "nic/virtual_port_name",
            "nic/vpciinstanceguid");

    private final HypervSettings settings;

    HypervLeftOver(HypervSettings settings) {
        this.settings = settings;
    }

    /**
     * What is left below a key, which then counts as understood.
     *
     * @param path the key
     * @param label what the tables above call it
     */
    List<Extra> below(String path, String label) {
        List<Extra> extras = new ArrayList<>();
        settings.find(path).ifPresent(node -> node.children().forEach(child -> walk(child, path, label, "", extras)));
        settings.take(path);
        return extras;
    }

    /** What is left of the whole definition; devices without a word go by their names. */
    List<Extra> ofMachine(HypervDevices devices) {
        List<Extra> extras = new ArrayList<>(below(devices.pathOf(HypervDevices.BIOS), "bios"));
        for (HypervDevices.Device device : devices.all()) {
            settings.take(device.path());
            if (!device.understood() && !device.ofThePlatform()) {
                extras.add(
                        new Extra(HypervDialect.ID, "device", device.name().isEmpty() ? device.type() : device.name()));
            }
        }
        for (HypervNode child : settings.root().children()) {
            walk(child, "", "", "", extras);
        }
        return extras;
    }

    private void walk(HypervNode node, String parent, String label, String within, List<Extra> extras) {
        String path = joined(parent, node.name());
        String below = joined(within, node.name());
        String known = joined(label, below).toLowerCase(Locale.ROOT);
        if (settings.isTaken(path) || OF_THE_HOST.contains(known) || known.endsWith("/vdevversion")) {
            return;
        }
        Optional<String> value = node.value().map(HypervValue::shown).filter(text -> !text.isEmpty());
        if (value.isPresent() && !value.get().equalsIgnoreCase(DEFAULTS.get(known))) {
            extras.add(new Extra(HypervDialect.ID, below, value.get()));
        }
        for (HypervNode child : node.children()) {
            walk(child, path, label, below, extras);
        }
    }

    private static String joined(String parent, String name) {
        return parent.isEmpty() ? name : parent + "/" + name;
    }
}
