package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tree of keys that the objects of one state of a machine make. */
final class ExpTree {
    private static final String GLOBAL = "Msvm_VirtualSystemGlobalSettingData";
    private static final String PROCESSORS = "Msvm_ProcessorSettingData";
    private static final String MEMORY = "Msvm_MemorySettingData";
    private static final Pattern GUID = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern TIME =
            Pattern.compile("(\\d{4})(\\d{2})(\\d{2})(\\d{2})(\\d{2})(\\d{2})\\.(\\d{6})([+-]\\d{3})");
    private static final Instant WINDOWS_EPOCH = Instant.parse("1601-01-01T00:00:00Z");
    /** What {@code BootOrder} counts: the fourth is in the documentation, and then reserved. */
    private static final List<String> BOOT = List.of("Floppy", "Optical", "HardDrive", "Network", "HardDrive");

    private final CimObject state;
    private final List<CimObject> objects;
    private final HypervTree tree = new HypervTree("configuration");
    private final List<String> warnings = new ArrayList<>();
    private int devices;

    /**
     * @param state what describes the machine as a whole
     * @param objects all that belong to it
     */
    ExpTree(CimObject state, List<CimObject> objects) {
        this.state = state;
        this.objects = objects;
    }

    /** What could not be told from the objects, once the tree is built. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    HypervNode build() throws DefinitionException {
        system();
        firmware();
        processors();
        memory();
        global();
        new ExpDrives(this).put(objects);
        new ExpNetwork(this, objects).put();
        return tree.build();
    }

    void text(CimObject object, String property, String path) {
        object.text(property).ifPresent(text -> put(object, property, path, new HypervValue.Text(text)));
    }

    void whole(CimObject object, String property, String path) throws DefinitionException {
        OptionalLong number = object.whole(property);
        if (number.isPresent()) {
            put(object, property, path, new HypervValue.Whole(number.getAsLong()));
        }
    }

    void truth(CimObject object, String property, String path) throws DefinitionException {
        Optional<Boolean> truth = object.truth(property);
        truth.ifPresent(found -> put(object, property, path, new HypervValue.Truth(found)));
    }

    void put(CimObject object, String property, String path, HypervValue value) {
        tree.put(path, value, object.lineOf(property));
    }

    void warn(String warning) {
        warnings.add(state.file() + ": " + warning);
    }

    /**
     * Lists a device.
     *
     * @param type the GUID of what it is
     * @param name what Hyper-V calls it
     * @return the key for its settings
     */
    String device(CimObject object, String type, String name) {
        String entry = "manifest/vdev%06d/".formatted(++devices);
        String instance = "device" + devices;
        put(object, "InstanceID", entry + "device", new HypervValue.Text(type));
        put(object, "InstanceID", entry + "instance", new HypervValue.Text(instance));
        put(object, "InstanceID", entry + "name", new HypervValue.Text(name));
        return "_" + instance + "_";
    }

    private void system() throws DefinitionException {
        if (state.text("ElementName").isEmpty()) {
            throw state.error("ElementName", "is empty; give the machine a name");
        }
        text(state, "ElementName", "properties/name");
        text(state, "Notes", "properties/notes");
        if (state.text("SystemName")
                .filter(name -> GUID.matcher(name.strip()).matches())
                .isPresent()) {
            put(
                    state,
                    "SystemName",
                    "properties/global_id",
                    new HypervValue.Text(state.text("SystemName").get().strip()));
        }
        state.text("CreationTime")
                .flatMap(ExpTree::time)
                .ifPresent(time -> put(state, "CreationTime", "properties/creation_time", time));
    }

    /** A time of WMI as the bytes of one of Windows. It only orders snapshots, so one that is none is passed over. */
    private static Optional<HypervValue> time(String text) {
        Matcher part = TIME.matcher(text.strip());
        if (!part.matches()) {
            return Optional.empty();
        }
        int[] number = new int[9];
        for (int i = 1; i < number.length; i++) {
            number[i] = Integer.parseInt(part.group(i));
        }
        try {
            Instant time = LocalDateTime.of(
                            number[1], number[2], number[3], number[4], number[5], number[6], number[7] * 1000)
                    .minusMinutes(number[8])
                    .toInstant(ZoneOffset.UTC);
            Duration since = Duration.between(WINDOWS_EPOCH, time);
            byte[] ticks = ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(since.getSeconds() * 10_000_000 + since.getNano() / 100)
                    .array();
            return Optional.of(new HypervValue.Bytes(HexFormat.of().formatHex(ticks)));
        } catch (DateTimeException noSuchTime) {
            return Optional.empty();
        }
    }

    private void firmware() throws DefinitionException {
        String bios = "_" + HypervDevices.BIOS + "_/";
        text(state, "BIOSGUID", bios + "bios_guid");
        text(state, "BIOSSerialNumber", bios + "bios_serial_number");
        text(state, "BaseBoardSerialNumber", bios + "base_board/serial_number");
        text(state, "ChassisSerialNumber", bios + "chassis/serial_number");
        text(state, "ChassisAssetTag", bios + "chassis/asset_tag");
        truth(state, "BIOSNumLock", bios + "num_lock");
        int place = 0;
        for (String entry : state.texts("BootOrder")) {
            int device = entry.strip().matches("[0-9]") ? Integer.parseInt(entry.strip()) : -1;
            if (device < 0 || device >= BOOT.size()) {
                throw state.error("BootOrder", "'" + entry.strip() + "' is nothing that a machine starts from");
            }
            put(state, "BootOrder", bios + "boot/device" + place++, new HypervValue.Text(BOOT.get(device)));
        }
    }

    private void processors() throws DefinitionException {
        Optional<CimObject> found = only(PROCESSORS);
        if (found.isPresent()) {
            String processors = "settings/processors/";
            whole(found.get(), "VirtualQuantity", processors + "count");
            whole(found.get(), "Limit", processors + "limit");
            whole(found.get(), "Weight", processors + "weight");
            whole(found.get(), "Reservation", processors + "reservation");
            truth(found.get(), "LimitCPUID", processors + "limit_cpuid");
            truth(found.get(), "LimitProcessorFeatures", processors + "features/limit");
        }
    }

    private void memory() throws DefinitionException {
        CimObject memory = only(MEMORY)
                .orElseThrow(() -> DefinitionException.of(
                        state.file(), "holds no " + MEMORY + " of the machine, so its memory is not known"));
        if (memory.text("VirtualQuantity").isEmpty()) {
            throw memory.error("VirtualQuantity", "is empty; give the machine its memory in MiB");
        }
        String bank = "settings/memory/bank/";
        whole(memory, "VirtualQuantity", bank + "size");
        truth(memory, "DynamicMemoryEnabled", bank + "dynamic_memory_enabled");
        whole(memory, "Reservation", bank + "reservation");
        whole(memory, "Limit", bank + "limit");
        // Before dynamic memory, which came with 2008 R2 SP1, the two had no meaning.
        if (memory.truth("DynamicMemoryEnabled").orElse(false)) {
            whole(memory, "Weight", bank + "priority");
            whole(memory, "TargetMemoryBuffer", bank + "target_memory_buffer");
        }
    }

    /** The settings of the machine that no snapshot changes; none has a place in the record. */
    private void global() throws DefinitionException {
        Optional<CimObject> global = only(GLOBAL);
        if (global.isPresent()) {
            String key = "global_settings/";
            whole(global.get(), "AutomaticStartupAction", key + "power/host_startup/action");
            whole(global.get(), "AutomaticShutdownAction", key + "power/host_shutdown/action");
            whole(global.get(), "AutomaticRecoveryAction", key + "unexpected_termination/action");
            truth(global.get(), "AllowFullSCSICommandSet", key + "devices/storage_allow_full_scsi_command_set");
            if (global.get()
                    .text("AutomaticStartupActionDelay")
                    .filter(delay -> !delay.strip().matches("[0.]*:000"))
                    .isPresent()) {
                text(global.get(), "AutomaticStartupActionDelay", "AutomaticStartupActionDelay");
            }
        }
    }

    private Optional<CimObject> only(String className) throws DefinitionException {
        List<CimObject> found =
                objects.stream().filter(object -> object.is(className)).toList();
        if (found.size() > 1) {
            throw DefinitionException.inKey(
                    state.file(),
                    found.get(1).line(),
                    className,
                    "is there " + found.size() + " times for one machine");
        }
        return found.stream().findFirst();
    }
}
