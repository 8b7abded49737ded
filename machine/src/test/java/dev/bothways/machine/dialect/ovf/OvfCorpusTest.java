package dev.bothways.machine.dialect.ovf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.dialect.Dialects;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.testing.Corpus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Document;

/** What the envelopes of other products mean, and which of them are refused. */
final class OvfCorpusTest {
    private static final int ENVELOPES = 498;
    private static final int NEGATIVE = 74;

    private static final String NO_MACHINE = "describes no machine, only collections of them";
    private static final String PREFIX =
            "uses a prefix that it does not declare: no program that knows namespaces reads it";
    private static final String PAGE = "is a web page that was saved in an envelope's place";

    /** Envelopes that their authors do not call wrong and that are refused, and why. */
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("cot/invalid.ovf", "its disks lie in files that it does not list"),
            Map.entry("DeleteHDTestdata/PvScsis_old/descriptor.ovf", PAGE),
            Map.entry("DeleteHDTestdata/SasPvScsi_old/descriptor.ovf", PAGE),
            Map.entry("DeleteHDTestdata/Sass_old/descriptor.ovf", PAGE),
            Map.entry("ImportOvf2014/empty_vsc.ovf", NO_MACHINE),
            Map.entry("ImportOvf2014/properties_filtering.ovf", NO_MACHINE),
            Map.entry("ImportOvf2014/scaleoutStartup.ovf", NO_MACHINE),
            Map.entry("ImportOvf2014/scaleoutVApp.ovf", NO_MACHINE),
            Map.entry("tagBasedPlacementGroupSection/tagBasedPlacementGroup001.ovf", NO_MACHINE),
            Map.entry("tagBasedPlacementGroupSection/tagBasedPlacementGroup003.ovf", NO_MACHINE),
            Map.entry("tagBasedPlacementGroupSection/tagBasedPlacementGroup004.ovf", NO_MACHINE),
            Map.entry("tagBasedPlacementGroupSection/tagBasedPlacementGroup005.ovf", NO_MACHINE),
            Map.entry("ImportOvf2014/unknownsections_updated.ovf", NO_MACHINE),
            Map.entry("policy/nostalgia-vapp.ovf", NO_MACHINE),
            Map.entry("VirtualHardware_1_0/Pos/item_msgid.ovf", PREFIX),
            Map.entry("VirtualHardware_1_0/Pos/item_msgid_elename.ovf", PREFIX));

    private static final String BESIDE = "the envelope is right: what is wrong is in the files beside it";
    private static final String ALSO_RIGHT = "the same envelope, or the same fault, is also among those called right: ";

    /** Envelopes that their authors call wrong and that are read, and why. */
    private static final Map<String, String> READ = Map.ofEntries(
            Map.entry("DigitalCertificates/Neg/valid_certificate.ovf", BESIDE + ", the certificate"),
            Map.entry("DiskSection/Neg/invalid_createType_disk.ovf", BESIDE + ", a VMDK of an unknown kind"),
            Map.entry("DiskSection/Neg/invalid_delta_reference_disk.ovf", BESIDE + ", a VMDK without its parent"),
            Map.entry("DiskSection/Neg/not_in_order_disks.ovf", "DSP0243, 9.1, gives the order of disks no meaning"),
            Map.entry("Envelope/Neg/bare_minimal.ovf", ALSO_RIGHT + "Envelope/Pos/bare_minimal.ovf, byte for byte"),
            Map.entry("Envelope/Neg/content_withnoinfo.ovf", ALSO_RIGHT + "Envelope/Pos/bare_minimal.ovf, but the id"),
            Map.entry("Envelope/Neg/gzip_compression.ovf", BESIDE + ", one that is not packed"),
            Map.entry("Envelope/Neg/identity_compression.ovf", BESIDE + ", one that is packed"),
            Map.entry("Envelope/Neg/invalid_ref_size_neg.ovf", BESIDE + ", a VMDK of no bytes, as it says"),
            Map.entry("Envelope/Neg/invalid_ref_size_null.ovf", "DSP0243, 7.1: the size of a file is optional"),
            Map.entry("Envelope/Neg/invalid_vmdk.ovf", BESIDE + ", a VMDK of no bytes, as it says"),
            Map.entry("Envelope/Neg/invalid_zero_capacity.ovf", ALSO_RIGHT + "Envelope/Pos/bare_minimal.ovf; no disk"),
            Map.entry("HttpLocators/Neg/bare_minimal_http.ovf", ALSO_RIGHT + "HttpLocators/Pos, byte for byte"),
            Map.entry("HttpLocators/Neg/valid_no_disk.ovf", BESIDE + ", one that is not there"),
            Map.entry("HttpLocators/Neg/valid_no_disk_in_server.ovf", BESIDE + ", one that is not there"),
            Map.entry("VirtualHardware/Neg/empty_system.ovf", ALSO_RIGHT + "VirtualHardware/Pos/empty_system.ovf"),
            Map.entry("ovf_negative_test/New folder/haoUnOS2VMs/fastversion/haoUnOS2VMs.ovf", BESIDE),
            Map.entry("ovf_negative_test/ovf_with_invalid_id_info/fastversion/haoUnOS2VMs.ovf", BESIDE),
            Map.entry("ovf_negative_test/ovf_with_invalid_id_info/haoUnOS2VMs.ovf", BESIDE),
            Map.entry("ovf_negative_test/ovf_with_missing_ovf_content/fastversion/haoUnOS2VMs.ovf", BESIDE),
            Map.entry(
                    "ovf_negative_test/ovf_with_wrong_size/haoUnOS2VMs/fastversion/haoUnOS2VMs.ovf",
                    BESIDE + ", one of another size"));

    @TestFactory
    Stream<DynamicTest> readsWhatItsAuthorsCallRight() throws IOException {
        List<String> names = OvfCorpus.names().stream()
                .filter(name -> !OvfCorpus.negative(name))
                .toList();
        assertThat(names).hasSize(ENVELOPES - NEGATIVE);
        assertThat(names).filteredOn(name -> listed(REFUSED, name)).hasSameSizeAs(REFUSED.entrySet());
        return names.stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    if (listed(REFUSED, name)) {
                        assertThatExceptionOfType(DefinitionException.class)
                                .isThrownBy(() -> OvfCorpus.read(name))
                                .withMessageStartingWith(OvfCorpus.leaf(name));
                    } else {
                        check(name, OvfCorpus.read(name));
                    }
                }));
    }

    private static void check(String name, OvfEnvelope envelope) throws IOException {
        assertThat(Dialects.of(OvfCorpus.bytes(name)).orElseThrow().id()).isEqualTo("ovf");
        for (Parsed parsed : envelope.machines()) {
            for (Disk disk : parsed.machine().disks()) {
                disk.medium()
                        .ifPresent(medium -> assertThat(envelope.fileAt(medium.path()))
                                .as("the file of " + disk.slot())
                                .isPresent());
            }
            assertThat(parsed.machine().disks()).extracting(Disk::slot).doesNotHaveDuplicates();
        }
    }

    @TestFactory
    Stream<DynamicTest> refusesWhatItsAuthorsCallWrong() throws IOException {
        List<String> names =
                OvfCorpus.names().stream().filter(OvfCorpus::negative).toList();
        assertThat(names).hasSize(NEGATIVE);
        assertThat(names).filteredOn(name -> listed(READ, name)).hasSameSizeAs(READ.entrySet());
        return names.stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    if (listed(READ, name)) {
                        check(name, OvfCorpus.read(name));
                    } else {
                        assertThatExceptionOfType(DefinitionException.class)
                                .isThrownBy(() -> OvfCorpus.read(name))
                                .withMessageStartingWith(OvfCorpus.leaf(name))
                                .withMessageNotContaining("\n")
                                .satisfies(refused -> checkLax(name, refused));
                    }
                }));
    }

    /** Who asks for it gets what can be understood, with a warning; what cannot be understood remains refused. */
    private static void checkLax(String name, DefinitionException refused) throws IOException {
        if (String.valueOf(refused.getMessage()).endsWith("--lax")) {
            assertThat(OvfCorpus.readLax(name).warnings()).isNotEmpty();
        } else {
            assertThatExceptionOfType(DefinitionException.class)
                    .isThrownBy(() -> OvfCorpus.readLax(name))
                    .withMessage(String.valueOf(refused.getMessage()));
        }
    }

    private static boolean listed(Map<String, String> exceptions, String name) {
        return exceptions.keySet().stream().anyMatch(name::endsWith);
    }

    /** Counts devices as a program does that looks for items by their numbers and knows nothing else. */
    @TestFactory
    Stream<DynamicTest> findsTheDevicesThatAreThere() throws IOException {
        return OvfCorpus.names().stream()
                .filter(name -> !OvfCorpus.negative(name) && !listed(REFUSED, name))
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    OvfEnvelope envelope = OvfCorpus.read(name);
                    boolean several = envelope.warnings().stream().anyMatch(text -> text.contains("several VirtualH"));
                    if (envelope.configurations().isEmpty() && !several) {
                        count(OvfCorpus.bytes(name), envelope);
                    }
                }));
    }

    private static void count(byte[] bytes, OvfEnvelope envelope) throws Exception {
        Document document =
                DocumentBuilderFactory.newNSInstance().newDocumentBuilder().parse(new ByteArrayInputStream(bytes));
        XPath xpath = XPathFactory.newInstance().newXPath();
        List<Machine> machines =
                envelope.machines().stream().map(Parsed::machine).toList();
        assertThat(disks(machines, Disk.Kind.DISK)).isEqualTo(items(document, xpath, "17"));
        assertThat(disks(machines, Disk.Kind.CDROM)).isEqualTo(items(document, xpath, "15"));
        assertThat(disks(machines, Disk.Kind.FLOPPY)).isEqualTo(items(document, xpath, "14"));
        assertThat(machines.stream().mapToInt(machine -> machine.nics().size()).sum())
                .isEqualTo(items(document, xpath, "10"));
        assertThat(machines.stream()
                        .mapToInt(machine -> machine.consoles().size())
                        .sum())
                .isEqualTo(items(document, xpath, "21"));
    }

    private static int items(Document document, XPath xpath, String type) throws Exception {
        String section = "*[local-name()='VirtualHardwareSection' or contains(@*[local-name()='type'],"
                + "'VirtualHardwareSection')]";
        String path =
                "count(//" + section + "/*[local-name()='Item'][not(@*[local-name()='bound'][.='min' or .='max'])]"
                        + "[*[local-name()='ResourceType']='" + type + "'])";
        return Integer.parseInt(xpath.evaluate(path, document));
    }

    private static int disks(List<Machine> machines, Disk.Kind kind) {
        return (int) machines.stream()
                .flatMap(machine -> machine.disks().stream())
                .filter(disk -> disk.kind() == kind)
                .count();
    }

    @Test
    void meansWhatVirtV2vSaysItMeans() throws IOException {
        String expected = Files.readString(Corpus.file("virt-v2v/tests/test-i-ova-two-disks.expected"));
        Machine machine = OvfCorpus.read("virt-v2v/tests/test-i-ova-two-disks.ovf")
                .machines()
                .getFirst()
                .machine();
        assertThat(expected)
                .contains("source name: " + machine.name() + "\n")
                .contains("memory: " + machine.memory().startup() + " (bytes)")
                .contains("nr vCPUs: " + machine.processors().count() + "\n")
                .contains("firmware: " + (machine.firmware() instanceof Firmware.Bios ? "bios" : "uefi"));
        StringBuilder disks = new StringBuilder();
        StringBuilder removable = new StringBuilder();
        int index = 0;
        for (Disk disk : machine.disks()) {
            if (disk.kind() == Disk.Kind.DISK) {
                disks.append("\t%d [%s]\n".formatted(index++, disk.slot().bus().id()));
            } else {
                removable.append("\tCD-ROM [%s] in slot %d\n"
                        .formatted(disk.slot().bus().id(), disk.slot().unit()));
            }
        }
        Nic nic = machine.nics().getFirst();
        assertThat(expected)
                .contains("disks:\n" + disks + "removable media:\n" + removable + "NICs:\n\tBridge \""
                        + nic.network().orElseThrow() + "\" [" + nic.model().orElseThrow() + "]\n");
    }
}
