package dev.bothways.conversion.readers;

import static dev.bothways.conversion.readers.TargetReader.require;

import dev.bothways.machine.GuestOs;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The importers of VirtualBox and of VMware, by {@code docs/formats/ovf.md}. Names are compared without namespaces, as VirtualBox does. */
final class OvfImporter implements TargetReader {
    private static final Set<Integer> TYPES_OF_VIRTUALBOX = Set.of(3, 4, 5, 6, 10, 14, 15, 17, 20, 23, 35);
    private static final Set<Integer> TYPES_OF_VMWARE =
            Set.of(1, 3, 4, 5, 6, 10, 14, 15, 16, 17, 20, 21, 22, 23, 24, 35);
    private static final Set<String> SECTIONS_OF_OVF = Set.of(
            "DiskSection",
            "NetworkSection",
            "VirtualHardwareSection",
            "OperatingSystemSection",
            "AnnotationSection",
            "ProductSection",
            "EulaSection",
            "StartupSection",
            "InstallSection",
            "ResourceAllocationSection",
            "DeploymentOptionSection");

    private final boolean vmware;

    OvfImporter(boolean vmware) {
        this.vmware = vmware;
    }

    @Override
    public boolean takesExtra(String item) {
        return vmware
                ? !item.startsWith("ExtraConfig:")
                : item.matches("(os\\.(id|description)|VirtualSystemType|Section:(ProductSection|EulaSection)).*");
    }

    @Override
    public boolean whole() {
        return true;
    }

    @Override
    public Map<String, String> read(String definition) {
        return new Reading(root(definition)).facts();
    }

    private static Element root(String definition) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            return factory.newDocumentBuilder()
                    .parse(new InputSource(new StringReader(definition)))
                    .getDocumentElement();
        } catch (Exception e) {
            throw new RefusedException(e.toString());
        }
    }

    private static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        NodeList nodes = parent.getChildNodes();
        for (int i = 0; i < nodes.getLength(); i++) {
            if (nodes.item(i) instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    private static List<Element> children(Element parent, String name) {
        return children(parent).stream()
                .filter(child -> child.getLocalName().equals(name))
                .toList();
    }

    private static String text(Element parent, String name) {
        return children(parent, name).stream()
                .findFirst()
                .map(Node::getTextContent)
                .orElse("");
    }

    private static String attribute(Element element, String name) {
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            Node attribute = element.getAttributes().item(i);
            if (attribute.getLocalName().equals(name)) {
                return attribute.getNodeValue();
            }
        }
        return "";
    }

    private static boolean required(Element element) {
        return !attribute(element, "required").equals("false");
    }

    /** A controller: its bus, number and model. */
    private record Controller(String bus, int number, String model) {}

    private final class Reading {
        private final Map<String, String> facts = new HashMap<>();
        private final Map<String, String> files = new HashMap<>();
        private final Map<String, Controller> controllers = new HashMap<>();
        private final Map<String, Integer> counts = new HashMap<>();
        /** Of hard disks, by their files. */
        private final TreeMap<String, Map<String, String>> disks = new TreeMap<>(FileOrder.BY_NUMBER);

        Reading(Element envelope) {
            sections(envelope);
            Map<String, String> hrefs = new HashMap<>();
            children(envelope, "References")
                    .forEach(references -> children(references, "File")
                            .forEach(file -> hrefs.put(attribute(file, "id"), attribute(file, "href"))));
            children(envelope, "DiskSection")
                    .forEach(section -> children(section, "Disk").forEach(disk -> {
                        for (String needed : List.of("diskId", "format", "capacity")) {
                            require(!attribute(disk, needed).isEmpty(), "a Disk has no " + needed);
                        }
                        String file = attribute(disk, "fileRef");
                        require(file.isEmpty() || hrefs.containsKey(file), "no File " + file);
                        files.put(attribute(disk, "diskId"), hrefs.getOrDefault(file, ""));
                    }));
            Element system = children(envelope, "VirtualSystem").getFirst();
            sections(system);
            put("platform", vmware ? "vmware" : "virtualbox");
            put("firmware", "BIOS");
            put("clock", "utc"); // Neither says; Linux gets that.
            put("name", vmware ? text(system, "Name") : attribute(system, "id"));
            children(system, "AnnotationSection").forEach(note -> put("description", text(note, "Annotation")));
            children(system, "OperatingSystemSection").forEach(this::system);
            children(system, "VirtualHardwareSection").forEach(this::hardware);
            if (vmware) {
                children(system, "BootOrderSection").forEach(this::bootOrder);
            }
        }

        Map<String, String> facts() {
            int number = 1;
            for (Map<String, String> disk : disks.values()) {
                for (Map.Entry<String, String> each : disk.entrySet()) {
                    put(each.getKey().replace("DISK", "disk " + number), each.getValue());
                }
                number++;
            }
            if (!vmware) {
                put("boot flag of disk 1", "yes");
            }
            return facts;
        }

        private void put(String item, String value) {
            facts.merge(item, value, (before, more) -> before + ", " + more);
        }

        private void sections(Element parent) {
            for (Element section : children(parent)) {
                boolean own = section.getNamespaceURI().startsWith("http://schemas.dmtf.org/")
                        && SECTIONS_OF_OVF.contains(section.getLocalName());
                boolean ofVmware = vmware && section.getNamespaceURI().startsWith("http://www.vmware.com/");
                require(
                        own || ofVmware || !section.getLocalName().endsWith("Section") || !required(section),
                        "required section " + section.getTagName());
            }
        }

        private void system(Element section) {
            require(attribute(section, "id").matches("[0-9]+"), "an OperatingSystemSection without a number");
            if (vmware) {
                GuestOs.ofOvf(attribute(section, "osType"))
                        .text()
                        .ifPresent(text -> put("guest operating system", text));
            }
            for (Element type : children(section, "OSType")) {
                if (!vmware && "vbox".equals(type.getPrefix())) {
                    GuestOs.ofVirtualBox(type.getTextContent())
                            .text()
                            .ifPresent(text -> put("guest operating system", text));
                }
            }
        }

        private void hardware(Element section) {
            List<Element> items = children(section, "Item");
            Set<String> ids = new HashSet<>();
            for (Element item : items) {
                int type = Integer.parseInt(text(item, "ResourceType"));
                require(
                        (vmware ? TYPES_OF_VMWARE : TYPES_OF_VIRTUALBOX).contains(type) || !required(item),
                        "item " + type);
                require(ids.add(text(item, "InstanceID")), "two items " + text(item, "InstanceID"));
                for (Element property : children(item)) {
                    require(
                            property.getNamespaceURI().startsWith("http://schemas.dmtf.org/")
                                    || !required(property)
                                    || (vmware && property.getNamespaceURI().startsWith("http://www.vmware.com/")),
                            "required property " + property.getTagName());
                }
                controller(item, type);
            }
            items.forEach(item -> device(item, Integer.parseInt(text(item, "ResourceType"))));
            if (vmware) {
                children(section, "Config").forEach(this::config);
            }
        }

        private void controller(Element item, int type) {
            String model = text(item, "ResourceSubType").toLowerCase(Locale.ROOT);
            String bus = switch (type) {
                case 5 -> "ide";
                case 6 -> "scsi";
                case 20 ->
                    vmware && model.startsWith("vmware.nvdimm")
                            ? "none"
                            : model.contains("nvme")
                                    ? "nvme"
                                    : model.contains("ahci") ? "sata" : model.startsWith("virtio") ? "scsi" : "";
                default -> "none";
            };
            require(!bus.isEmpty(), "controller of type 20 that is " + model);
            if (!bus.equals("none")) {
                int number = counts.merge("controllers of " + bus, 1, Integer::sum) - 1;
                boolean numbered = text(item, "Address").matches("[0-9]+");
                controllers.put(
                        text(item, "InstanceID"),
                        new Controller(
                                bus, numbered ? Integer.parseInt(text(item, "Address")) : number, adapter(model)));
            }
        }

        private String adapter(String model) {
            return switch (model) {
                case "lsilogic", "buslogic", "piix3", "piix4", "ich6", "virtio-scsi" -> model;
                case "lsilogicsas" -> "lsisas1068";
                case "virtualscsi" -> "pvscsi";
                case "virtioscsi" -> "virtio-scsi";
                case "ahci", "vmware.sata.ahci" -> "ahci";
                default -> "";
            };
        }

        private void device(Element item, int type) {
            switch (type) {
                case 3 -> processors(item);
                case 4 -> memory(item);
                case 10 -> nic(item);
                case 14 -> put("floppy drive " + number("floppies"), "floppy 0:" + text(item, "AddressOnParent"));
                case 15, 17 -> drive(item, type == 17);
                case 21 -> {
                    if (vmware) {
                        int number = number("consoles");
                        put("console " + number, "serial");
                        put(
                                "connection of console " + number,
                                switch (text(item, "ResourceSubType")) {
                                    case "vmware.serialport.device" -> "device";
                                    case "vmware.serialport.file" -> "file";
                                    case "vmware.serialport.pipe" -> "pipe";
                                    case "vmware.serialport.uri" -> "tcp";
                                    default -> "null";
                                });
                    }
                }
                case 24 -> {
                    if (vmware) {
                        video(item);
                    }
                }
                case 1 -> {
                    if (vmware && text(item, "ResourceSubType").equals("vmware.vtpm")) {
                        put("security chip", "tpm-2.0");
                    }
                    if (vmware && text(item, "ResourceSubType").startsWith("vmware.pci.passthrough")) {
                        put("host device pci '" + text(item, "ElementName") + "'", "yes");
                    }
                }
                default -> {}
            }
        }

        private int number(String what) {
            return counts.merge(what, 1, Integer::sum);
        }

        private void processors(Element item) {
            int count = Integer.parseInt(text(item, "VirtualQuantity"));
            require(count < 0xffff, count + " processors");
            put("processors", String.valueOf(count));
            String cores = text(item, "CoresPerSocket");
            if (vmware && !cores.isEmpty()) {
                int each = Integer.parseInt(cores);
                require(count % each == 0, each + " cores of " + count);
                put("processor topology", count / each + " sockets, " + each + " cores, 1 threads");
            }
        }

        private void memory(Element item) {
            String units = text(item, "AllocationUnits");
            require(Set.of("MegaBytes", "MB", "byte * 2^20").contains(units), "memory in " + units);
            long mebibytes = Long.parseLong(text(item, "VirtualQuantity"));
            require(mebibytes >= 4 && (!vmware || mebibytes % 4 == 0), "memory of " + mebibytes + " MiB");
            put("memory", mebibytes + " MiB");
        }

        private void nic(Element item) {
            int number = number("cards");
            String model = text(item, "ResourceSubType").toLowerCase(Locale.ROOT);
            put(
                    "network card " + number,
                    switch (model) {
                        case "pcnet32" -> "pcnet";
                        case "virtio", "virtionet" -> "virtio";
                        case "e1000", "e1000e", "vmxnet2", "vmxnet3" -> model;
                        default -> "the platform's usual";
                    });
            String network = text(item, "Connection");
            if (vmware) {
                String address = text(item, "Address");
                require(
                        address.isEmpty() || (Integer.parseInt(address.substring(0, 2), 16) & 1) == 0,
                        "address " + address);
                put("address of network card " + number, address);
                put("network of network card " + number, network);
            } else if (network.matches("(?i)null|nat|bridged|internal|hostonly|generic")) {
                put("network of network card " + number, network);
            }
        }

        private void drive(Element item, boolean hard) {
            Controller controller = controllers.get(text(item, "Parent"));
            require(controller != null, "drive " + text(item, "InstanceID") + " has no controller");
            require(
                    vmware || controller.bus.equals("ide") || controller.number == 0,
                    "a second controller of " + controller.bus);
            require(
                    !vmware
                            || !controller.bus.equals("scsi")
                            || !text(item, "AddressOnParent").equals("7"),
                    "unit 7 of SCSI");
            String place = controller.bus + " " + controller.number + ":" + text(item, "AddressOnParent");
            Map<String, String> drive = new LinkedHashMap<>();
            String name = "DISK";
            if (!hard) {
                int number = number("CDs");
                require(vmware || number == 1, "more than one CD drive");
                name = "CD drive " + number;
            }
            drive.put(name, place);
            drive.put("controller of " + name, controller.model);
            if (vmware) {
                for (Element config : children(item, "Config")) {
                    switch (attribute(config, "key")) {
                        case "guestReadOnly" -> drive.put("write protection of " + name, "yes");
                        case "backing.sharing" -> drive.put("sharing of " + name, "yes");
                        default -> {}
                    }
                }
            }
            if (hard) {
                String resource = text(item, "HostResource").replaceFirst("^(ovf:)?/+disk/", "");
                require(files.containsKey(resource), "disk " + resource);
                if (vmware) {
                    drive.put("boot flag of DISK", "yes"); // BootOrderSection is taken on trust.
                }
                disks.put(files.get(resource), drive);
            } else {
                drive.put("boot flag of " + name, "yes");
                drive.forEach(this::put);
            }
        }

        private void video(Element item) {
            children(item, "Config").stream()
                    .filter(config -> attribute(config, "key").equals("videoRamSizeInKB"))
                    .forEach(config -> {
                        long bytes = Long.parseLong(attribute(config, "value")) << 10;
                        put("video memory", bytes % (1 << 20) == 0 ? (bytes >> 20) + " MiB" : bytes + " bytes");
                    });
        }

        private void config(Element config) {
            String value = attribute(config, "value");
            switch (attribute(config, "key")) {
                case "firmware" -> facts.put("firmware", value.equals("efi") ? "UEFI" : "BIOS");
                case "bootOptions.efiSecureBootEnabled" ->
                    facts.put("secure boot", value.equals("true") ? "yes" : "no");
                case "nestedHVEnabled" -> facts.put("nested virtualization", value.equals("true") ? "yes" : "no");
                default -> {}
            }
        }

        private void bootOrder(Element section) {
            Set<String> order = new java.util.LinkedHashSet<>();
            for (String type : attribute(section, "type").split(" ")) {
                order.add(type.equals("net") ? "network" : type);
            }
            put("boot order", String.join(", ", order));
        }
    }
}
