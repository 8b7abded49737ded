package dev.bothways.machine.dialect.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.xml.XmlReader;
import dev.bothways.testing.Corpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The domains of libvirt's own tests and of tools around it: read, and written again with the same meaning. */
final class LibvirtCorpusTest {
    private static final int OF_QEMU = 1093;
    private static final int OF_XEN = 53;
    private static final int OF_TOOLS = 48;
    private static final int OF_VMWARE = 68;

    /** Files that their authors made to be refused, and with which words they are. */
    private static final Map<String, String> REFUSED = Map.of(
            "boot-dev+order.xml", "take one of both out",
            "disk-same-targets.xml", "'sda' is the name of another drive too",
            "no-memory.xml", "has no usable amount of memory");

    /** Files whose drives or firmware cannot be as they say; what is lost when they are written. */
    private static final Map<String, List<String>> IMPOSSIBLE = Map.of(
            "disk-device-lun-type-invalid.xml", List.of("SCSI commands of drive vda"),
            "disk-fdc-incompatible-address.xml", List.of("address of drive fda"),
            "disk-ide-incompatible-address.xml", List.of("address of drive hda"),
            "disk-sata-incompatible-address.xml", List.of("address of drive sda"),
            "disk-usb-pci.xml", List.of("address of drive sda"),
            "firmware-auto-bios-nvram.xml", List.of("os/nvram"),
            // Drives on floppy, virtio and USB in a domain of Xen.
            "change-disk-in.xml", List.of("drive fda", "drive fdb", "drive vda", "drive vdb", "drive vdc", "drive vdd"),
            "change-disk-out.xml",
                    List.of(
                            "drive sda",
                            "drive fde",
                            "drive fda",
                            "drive fdb",
                            "drive vda",
                            "drive vdb",
                            "drive vdc",
                            "drive vdd"));

    @TestFactory
    Stream<DynamicTest> rewritesDomainsOfQemu() throws IOException {
        return rewrites(files("libvirt/qemuxmlconfdata"), OF_QEMU);
    }

    @TestFactory
    Stream<DynamicTest> rewritesDomainsOfXen() throws IOException {
        return rewrites(
                Stream.of("libvirt/xlconfigdata", "libvirt/xmconfigdata", "libvirt/libxlxml2domconfigdata")
                        .flatMap(LibvirtCorpusTest::files),
                OF_XEN);
    }

    /** Only files with one domain of a hypervisor that is read: the tools' tests have others too. */
    @TestFactory
    Stream<DynamicTest> rewritesDomainsOfTools() throws IOException {
        return rewrites(
                Stream.of("virt-manager", "hyper2kvm", "virt-v2v")
                        .flatMap(LibvirtCorpusTest::files)
                        .filter(LibvirtCorpusTest::isOneDomain),
                OF_TOOLS);
    }

    @TestFactory
    Stream<DynamicTest> readsDomainsOfVmware() throws IOException {
        List<Path> files = Stream.of("libvirt/vmx2xmldata", "libvirt/xml2vmxdata")
                .flatMap(LibvirtCorpusTest::files)
                .toList();
        assertThat(files).hasSize(OF_VMWARE);
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.getFileName().toString(),
                        () -> assertThat(parse(file).platform()).isEqualTo(Platform.VMWARE)));
    }

    private static Stream<DynamicTest> rewrites(Stream<Path> files, int count) {
        List<Path> all = files.toList();
        assertThat(all).hasSize(count);
        return all.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> rewrite(file)));
    }

    private static Stream<Path> files(String folder) {
        try (Stream<Path> files = Files.walk(Corpus.folder().resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".xml")).sorted().toList().stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isOneDomain(Path file) {
        try {
            byte[] content = Files.readAllBytes(file);
            return new LibvirtDialect().recognizes(content)
                    && XmlReader.read(content, "file")
                            .attribute("type")
                            .flatMap(Flavour::of)
                            .isPresent();
        } catch (DefinitionException e) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Machine parse(Path file) throws IOException {
        return new LibvirtDialect()
                .parse(Files.readAllBytes(file), file.getFileName().toString())
                .getFirst()
                .machine();
    }

    private static void rewrite(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (REFUSED.containsKey(name)) {
            assertThatExceptionOfType(DefinitionException.class)
                    .isThrownBy(() -> parse(file))
                    .withMessageContaining(REFUSED.get(name))
                    .withMessageStartingWith(name);
            return;
        }
        Machine machine = parse(file);
        Written written = new LibvirtDialect().write(machine);
        byte[] text = written.text().getBytes(StandardCharsets.UTF_8);
        Machine again = new LibvirtDialect().parse(text, "again.xml").getFirst().machine();
        assertThat(written.lost()).extracting(Lost::item).isEqualTo(IMPOSSIBLE.getOrDefault(name, List.of()));
        assertThat(new LibvirtDialect().write(again).text()).isEqualTo(written.text());
        if (!IMPOSSIBLE.containsKey(name)) {
            assertThat(again).as(written.text()).isEqualTo(machine);
            Set<String> missing = DomainFacts.missing(
                    XmlReader.read(Files.readAllBytes(file), name), XmlReader.read(text, "again.xml"));
            assertThat(missing).isEmpty();
        }
    }
}
