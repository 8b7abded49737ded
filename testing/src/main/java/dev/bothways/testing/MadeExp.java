package dev.bothways.testing;

import java.nio.charset.StandardCharsets;

/**
 * Makes an {@code .exp} as exports of Windows Server 2008 R2 hold it, after Microsoft's documentation of the classes in {@code
 * root\virtualization} and DMTF's DSP0201: no real one is at hand.
 */
public final class MadeExp {
    /** The machine's number on its host. */
    public static final String MACHINE = "0AA394FA-7C4A-4070-BA32-773D43B28A68";

    private static final String RESOURCE = "Msvm_ResourceAllocationSettingData";
    private static final String IDE = "83F8638B-8DCA-4152-9EDA-2CA8B33039B4";
    private static final String SCSI = "D7A36E9B-9256-4F0D-BE2C-3A13887F7B03";
    private static final String FLOPPY = "8F0D2762-0B00-4E04-AF4F-19010527CB93";
    private static final String SERIAL = "8E3A359F-559A-4B6A-98A9-1690A6100ED7";

    private final StringBuilder objects = new StringBuilder();

    /** A machine with one disk on IDE, and the least that it needs. */
    public static MadeExp small(String name, String disk) {
        return new MadeExp()
                .state(MACHINE, name, 3)
                .object(memoryOf(MACHINE), "VirtualQuantity", "uint64=512")
                .object(
                        RESOURCE + "=" + MACHINE + "\\" + IDE + "\\0",
                        "ResourceSubType",
                        "Microsoft Emulated IDE Controller",
                        "Address",
                        "0")
                .drive(
                        MACHINE,
                        IDE + "\\0",
                        "0",
                        "Microsoft Synthetic Disk Drive",
                        "Microsoft Virtual Hard Disk",
                        disk);
    }

    /** A machine that has something of all that such an export describes. */
    public static MadeExp full() {
        MadeExp exp = new MadeExp()
                .state(MACHINE, "web01", 3)
                .object(
                        "Msvm_VirtualSystemGlobalSettingData=" + MACHINE + "\\Global",
                        "SettingType",
                        "uint16=32768",
                        "AutomaticStartupAction",
                        "uint16=2",
                        "AutomaticStartupActionDelay",
                        "datetime=00000000000000.000000:000",
                        "AutomaticShutdownAction",
                        "uint16=1",
                        "AutomaticRecoveryAction",
                        "uint16=1",
                        "AllowFullSCSICommandSet",
                        "boolean=FALSE")
                .object(
                        "Msvm_ProcessorSettingData=" + MACHINE + "\\B637F346-6A0E-4DEC-AF52-BD70CB80A21D\\0",
                        "VirtualQuantity",
                        "uint64=4",
                        "Limit",
                        "uint64=50000",
                        "Reservation",
                        "uint64=0",
                        "Weight",
                        "uint32=200",
                        "LimitCPUID",
                        "boolean=FALSE")
                .object("Msvm_ProcessorSettingData=Definition\\B637F346\\Maximum", "VirtualQuantity", "uint64=64")
                .object(
                        memoryOf(MACHINE),
                        "VirtualQuantity",
                        "uint64=1024",
                        "DynamicMemoryEnabled",
                        "boolean=TRUE",
                        "Reservation",
                        "uint64=512",
                        "Limit",
                        "uint64=4096",
                        "Weight",
                        "uint32=5000",
                        "TargetMemoryBuffer",
                        "uint32=20");
        return exp.storage().network().ports();
    }

    private MadeExp storage() {
        for (String number : new String[] {"0", "1"}) {
            object(
                    RESOURCE + "=" + MACHINE + "\\" + IDE + "\\" + number,
                    "ResourceSubType",
                    "Microsoft Emulated IDE Controller",
                    "Address",
                    number);
        }
        object(
                RESOURCE + "=" + MACHINE + "\\" + SCSI + "\\0",
                "ResourceSubType",
                "Microsoft Synthetic SCSI Controller");
        object(RESOURCE + "=" + MACHINE + "\\" + FLOPPY, "OtherResourceType", "Microsoft Virtual Diskette Controller");
        drive(
                MACHINE,
                IDE + "\\0",
                "0",
                "Microsoft Synthetic Disk Drive",
                "Microsoft Virtual Hard Disk",
                "C:\\VMs\\web01\\web01.vhd");
        drive(
                MACHINE,
                IDE + "\\1",
                "0",
                "Microsoft Synthetic DVD Drive",
                "Microsoft Virtual CD/DVD Disk",
                "D:\\iso\\tools.iso");
        drive(
                MACHINE,
                SCSI + "\\0",
                "2",
                "Microsoft Synthetic Disk Drive",
                "Microsoft Virtual Hard Disk",
                "C:\\VMs\\web01\\data.vhd");
        drive(MACHINE, SCSI + "\\0", "4", "Microsoft Synthetic Disk Drive", "", "");
        drive(
                MACHINE,
                FLOPPY,
                "0",
                "Microsoft Synthetic Diskette Drive",
                "Microsoft Virtual Floppy Disk",
                "D:\\boot.vfd");
        return object(
                RESOURCE + "=" + MACHINE + "\\" + SCSI + "\\0\\3",
                "ResourceSubType",
                "Microsoft Physical Disk Drive",
                "Parent",
                path(RESOURCE, MACHINE + "\\" + SCSI + "\\0"),
                "Address",
                "3",
                "HostResource[]",
                "\\\\HOST\\root\\virtualization:Msvm_DiskDrive.DeviceID=\"Microsoft:3\"");
    }

    private MadeExp network() {
        nic("Msvm_SyntheticEthernetPortSettingData", "55225880", "00155D0107DC", "PORT-0001", "SWITCH-0001");
        nic("Msvm_EmulatedEthernetPortSettingData", "11111111", "000000000000", "PORT-0002", "SWITCH-0002");
        object("Msvm_SyntheticEthernetPortSettingData=" + MACHINE + "\\22222222", "Address", "");
        plain("Msvm_VirtualSwitch", "Name", "SWITCH-0001", "ElementName", "External");
        plain("Msvm_SwitchPort", "Name", "PORT-0001", "SystemName", "SWITCH-0001", "AllowMacSpoofing", "boolean=TRUE");
        object("Msvm_VLANEndpointSettingData=SWITCH-0001\\FACE-0001", "AccessVLAN", "uint16=9");
        return this;
    }

    private MadeExp ports() {
        object(RESOURCE + "=" + MACHINE + "\\" + SERIAL, "ResourceSubType", "Microsoft Serial Controller");
        object(RESOURCE + "=" + MACHINE + "\\" + SERIAL + "\\0", "ResourceSubType", "Microsoft Serial Port");
        object(
                RESOURCE + "=" + MACHINE + "\\" + SERIAL + "\\1",
                "ResourceSubType",
                "Microsoft Serial Port",
                "Connection[]",
                "\\\\.\\pipe\\web01");
        object(RESOURCE + "=" + MACHINE + "\\Keyboard", "ResourceSubType", "Microsoft Virtual Keyboard");
        object(RESOURCE + "=" + MACHINE + "\\Other", "ResourceSubType", "Microsoft Synthetic Fancy Device");
        return object("Msvm_TimeSyncComponentSettingData=" + MACHINE + "\\2497F4DE", "EnabledState", "uint16=2");
    }

    /** Adds a state of the machine: 3 the present one, 5 a snapshot. */
    public MadeExp state(String guid, String name, int type) {
        return object(
                "Msvm_VirtualSystemSettingData=" + guid,
                "Caption",
                "Virtual Machine",
                "ElementName",
                name,
                "SystemName",
                MACHINE,
                "SettingType",
                "uint16=" + type,
                "CreationTime",
                "datetime=20090521123456.000000-000",
                "Notes",
                "two\nlines",
                "BIOSGUID",
                "{7FFEE066-9755-4950-9A16-4C94AC67AD00}",
                "BIOSSerialNumber",
                "1981",
                "BaseBoardSerialNumber",
                "1981",
                "ChassisSerialNumber",
                "1981",
                "ChassisAssetTag",
                "rack 7",
                "BIOSNumLock",
                "boolean=TRUE",
                "BootOrder[]",
                "uint16=2|1|3|0");
    }

    /** Adds a snapshot with the least that it needs. */
    public MadeExp snapshot(String guid, String name, String disk) {
        return state(guid, name, 5)
                .object(memoryOf(guid), "VirtualQuantity", "uint64=256")
                .object(
                        RESOURCE + "=" + guid + "\\" + IDE + "\\0",
                        "ResourceSubType",
                        "Microsoft Emulated IDE Controller",
                        "Address",
                        "0")
                .drive(guid, IDE + "\\0", "0", "Microsoft Synthetic Disk Drive", "Microsoft Virtual Hard Disk", disk);
    }

    private MadeExp drive(String owner, String controller, String address, String drive, String medium, String file) {
        String id = owner + "\\" + controller + "\\" + address;
        object(
                RESOURCE + "=" + id + "\\D",
                "ResourceSubType",
                drive,
                "Parent",
                path(RESOURCE, owner + "\\" + controller),
                "Address",
                address);
        return medium.isEmpty()
                ? this
                : object(
                        RESOURCE + "=" + id + "\\L",
                        "ResourceSubType",
                        medium,
                        "Parent",
                        path(RESOURCE, id + "\\D"),
                        "Connection[]",
                        file);
    }

    private void nic(String className, String id, String address, String port, String networkSwitch) {
        object(
                className + "=" + MACHINE + "\\" + id,
                "Address",
                address,
                "StaticMacAddress",
                "boolean=FALSE",
                "Connection[]",
                "\\\\HOST\\root\\virtualization:Msvm_SwitchPort.CreationClassName=\"Msvm_SwitchPort\",Name=\"" + port
                        + "\",SystemCreationClassName=\"Msvm_VirtualSwitch\",SystemName=\"" + networkSwitch + "\"");
    }

    private static String memoryOf(String guid) {
        return "Msvm_MemorySettingData=" + guid + "\\4764334D-E001-4176-82EE-5594EC9B530E";
    }

    private static String path(String className, String id) {
        return "\\\\HOST\\root\\virtualization:" + className + ".InstanceID=\"Microsoft:" + id.replace("\\", "\\\\")
                + "\"";
    }

    /**
     * Adds an object.
     *
     * @param what its class and the end of its key, with {@code =} between
     * @param properties names and values in turn; {@code []} after a name makes an array, whose values have {@code |} between;
     *     {@code type=} before a value is its type, else it is a text
     */
    public MadeExp object(String what, String... properties) {
        int equals = what.indexOf('=');
        String[] all = new String[properties.length + 2];
        all[0] = "InstanceID";
        all[1] = "Microsoft:" + what.substring(equals + 1);
        System.arraycopy(properties, 0, all, 2, properties.length);
        return plain(what.substring(0, equals), all);
    }

    /** Adds an object whose key is another than {@code InstanceID}. */
    public MadeExp plain(String className, String... properties) {
        objects.append("<VALUE.OBJECT>\n<INSTANCE CLASSNAME=\"")
                .append(className)
                .append("\">\n");
        for (int i = 0; i < properties.length; i += 2) {
            boolean array = properties[i].endsWith("[]");
            String name = array ? properties[i].substring(0, properties[i].length() - 2) : properties[i];
            String value = properties[i + 1];
            String type = "string";
            if (value.matches("(?s)(uint\\d+|boolean|datetime)=.*")) {
                type = value.substring(0, value.indexOf('='));
                value = value.substring(value.indexOf('=') + 1);
            }
            String element = array ? "PROPERTY.ARRAY" : "PROPERTY";
            objects.append("<%s NAME=\"%s\" TYPE=\"%s\">".formatted(element, name, type))
                    .append(array ? "<VALUE.ARRAY>" : "");
            for (String each : array ? value.split("\\|") : new String[] {value}) {
                objects.append("<VALUE>")
                        .append(each.replace("&", "&amp;").replace("<", "&lt;"))
                        .append("</VALUE>");
            }
            objects.append(array ? "</VALUE.ARRAY>" : "")
                    .append("</")
                    .append(element)
                    .append(">\n");
        }
        objects.append("</INSTANCE>\n</VALUE.OBJECT>\n");
        return this;
    }

    /** The file's text, which says that it is UTF-16. */
    public String text() {
        return "<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<DECLARATIONS>\n<DECLGROUP>\n" + objects
                + "</DECLGROUP>\n</DECLARATIONS>\n";
    }

    /** The file as Windows writes it, UTF-16 with a mark before it. */
    public byte[] bytes() {
        return ("\ufeff" + text()).getBytes(StandardCharsets.UTF_16LE);
    }
}
