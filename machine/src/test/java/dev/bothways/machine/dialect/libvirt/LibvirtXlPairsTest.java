package dev.bothways.machine.dialect.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.Display;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Processors;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.xl.XlDialect;
import dev.bothways.testing.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What libvirt's developers say that a configuration of xl or xm means: read as xl's and as libvirt's it is one machine. */
final class LibvirtXlPairsTest {
    private static final int PAIRS = 42;

    /** Where the two files of a pair do not mean the same, and why; by file and item. */
    private static final Map<String, String> EXCEPTIONS = Map.ofEntries(
            Map.entry(
                    "test-rbd-multihost-noauth.cfg disks",
                    "xl has the network drive's source in QEMU's words, libvirt takes it apart"),
            Map.entry(
                    "test-usb.cfg host devices",
                    "each dialect has its own words for an address: hostbus=1,hostaddr=3 is 1.3"),
            Map.entry("sexpr2xml-pv-bootloader.cfg disks", "libvirt leaves the format open, which xl takes for raw"),
            Map.entry(
                    "test-escape-paths.cfg firmware",
                    "libvirt takes every kernel of an xm file for the BIOS; xl only one called hvmloader"),
            Map.entry("test-escape-paths.cfg disks", "so for xl no drive is booted from"),
            Map.entry(
                    "test-paravirt-net-fakemodel.cfg viewers",
                    "a password in vfb, so that xl's reader keeps all of it apart"),
            Map.entry("test-paravirt-net-fakemodel.cfg adapter", "likewise"),
            Map.entry("test-paravirt-net-vifname.cfg viewers", "likewise"),
            Map.entry("test-paravirt-net-vifname.cfg adapter", "likewise"));

    @TestFactory
    Stream<DynamicTest> meansWhatItsPairMeans() throws IOException {
        List<Path> pairs = Stream.of("libvirt/xlconfigdata", "libvirt/xmconfigdata")
                .map(Corpus.folder()::resolve)
                .flatMap(LibvirtXlPairsTest::configurations)
                .toList();
        assertThat(pairs).hasSize(PAIRS);
        return pairs.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> compare(file)));
    }

    private static Stream<Path> configurations(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files
                    .filter(file -> file.toString().endsWith(".cfg") && Files.exists(xmlOf(file)))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Path xmlOf(Path file) {
        return file.resolveSibling(file.getFileName().toString().replace(".cfg", ".xml"));
    }

    private static void compare(Path file) throws IOException {
        Map<String, Object> ofXl = said(machine(new XlDialect(), file));
        Map<String, Object> ofLibvirt = said(machine(new LibvirtDialect(), xmlOf(file)));
        List<String> excepted = new ArrayList<>();
        for (String item : ofXl.keySet()) {
            String key = file.getFileName() + " " + item;
            if (EXCEPTIONS.containsKey(key)) {
                excepted.add(item);
                assertThat(ofLibvirt.get(item))
                        .as("%s is no exception any more", key)
                        .isNotEqualTo(ofXl.get(item));
            }
        }
        excepted.forEach(item -> {
            ofXl.remove(item);
            ofLibvirt.remove(item);
        });
        assertThat(ofLibvirt).isEqualTo(ofXl);
    }

    private static Machine machine(Dialect dialect, Path file) throws IOException {
        return dialect.parse(Files.readAllBytes(file), file.getFileName().toString())
                .getFirst()
                .machine();
    }

    /** What a machine is, but for what xl has no word for. */
    private static Map<String, Object> said(Machine machine) {
        Map<String, Object> said = new LinkedHashMap<>();
        Processors processors = machine.processors();
        said.put("name", machine.name());
        said.put("uuid", machine.uuid());
        said.put("platform", machine.platform());
        said.put("firmware", machine.firmware());
        said.put("processors", List.of(processors.count(), processors.maximum(), processors.nested()));
        said.put("shares", List.of(processors.limit(), processors.weight()));
        said.put("memory", machine.memory());
        said.put("boot order", machine.bootOrder());
        said.put(
                "disks",
                machine.disks().stream()
                        .map(disk -> disk.toBuilder().extras(List.of()).build())
                        .toList());
        said.put("nics", machine.nics().stream().map(LibvirtXlPairsTest::plain).toList());
        said.put("consoles", machine.consoles());
        said.put("viewers", machine.display().viewers());
        said.put("adapter", adapter(machine.display()));
        said.put("clock", machine.clock());
        said.put("host devices", machine.hostDevices());
        return said;
    }

    private static Nic plain(Nic nic) {
        return nic.toBuilder().extras(List.of()).build();
    }

    /** xl's usual adapter has no word in its files. */
    private static Optional<String> adapter(Display display) {
        return display.adapter().filter(word -> !word.equals("cirrus"));
    }
}
