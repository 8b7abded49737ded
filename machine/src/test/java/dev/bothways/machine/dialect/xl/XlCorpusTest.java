package dev.bothways.machine.dialect.xl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Written;
import dev.bothways.testing.Corpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What libvirt's developers say that a configuration of xl or xm means. */
final class XlCorpusTest {
    /** Where libvirt's answer is not ours, and why. */
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "test-escape-paths.cfg kernel",
            "libvirt takes every kernel of an xm file for the BIOS; xl only one called hvmloader",
            "test-rbd-multihost-noauth.cfg hdb",
            "libvirt takes the target of a network disk apart; here it stays the text that QEMU gets");

    @TestFactory
    Stream<DynamicTest> meansWhatLibvirtSaysItMeans() throws IOException {
        return definitions()
                .filter(file -> file.toString().endsWith(".cfg") && Files.exists(xmlOf(file)))
                .map(file -> DynamicTest.dynamicTest(
                        file.getFileName().toString(),
                        () -> new DomainComparison(file.getFileName().toString(), EXCEPTIONS.keySet())
                                .compare(parse(file).machine(), DomainXml.read(xmlOf(file)))));
    }

    @TestFactory
    Stream<DynamicTest> writesWhatItRead() throws IOException {
        return definitions()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    Machine machine = parse(file).machine();
                    Written written = new XlDialect().write(machine);
                    Parsed again = new XlDialect()
                            .parse(written.text().getBytes(StandardCharsets.UTF_8), "again.cfg")
                            .getFirst();
                    assertThat(again.machine()).as(written.text()).isEqualTo(machine);
                    assertThat(written.lost()).isEmpty();
                    assertThat(new XlDialect().write(again.machine()).text()).isEqualTo(written.text());
                }));
    }

    private static Stream<Path> definitions() throws IOException {
        Path corpus = Corpus.folder();
        List<Path> files = Stream.of("libvirt/xlconfigdata", "libvirt/xmconfigdata", "xen")
                .map(corpus::resolve)
                .flatMap(XlCorpusTest::list)
                .filter(file -> file.toString().matches(".*(\\.cfg|xlexample\\.\\w+)"))
                .sorted()
                .toList();
        assertThat(files).hasSizeGreaterThan(40);
        return files.stream();
    }

    private static Stream<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Path xmlOf(Path file) {
        return file.resolveSibling(file.getFileName().toString().replace(".cfg", ".xml"));
    }

    private static Parsed parse(Path file) throws IOException {
        return new XlDialect()
                .parse(Files.readAllBytes(file), file.getFileName().toString())
                .getFirst();
    }
}
