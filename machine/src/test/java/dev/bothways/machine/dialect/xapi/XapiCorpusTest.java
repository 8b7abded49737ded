package dev.bothways.machine.dialect.xapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.xapi.XapiDialect.ArchivedDisk;
import dev.bothways.testing.Corpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The definition that another program writes for XenServer, put together from its templates. */
final class XapiCorpusTest {
    private static final String UUID = "8a5d1a6b-6c2e-4d0e-9d3b-0f4b1c2d3e4f";

    @Test
    void readsWhatAnotherProgramWritesForXenServer() throws IOException {
        Path folder = Corpus.folder().resolve("xva-templates/discutils");
        String reference = "<value>%s</value>";
        String vm = filled(folder, "vm", "Ref:0", UUID, "made by a peer", reference.formatted("Ref:1"));
        String vbd = filled(folder, "vbd", "Ref:1", UUID, "Ref:0", "Ref:2", "0");
        String vdi = filled(folder, "vdi", "Ref:2", UUID, "disk one", "Ref:3", "Ref:1", "1048576");
        String sr = filled(folder, "sr", "Ref:3", UUID, "store", reference.formatted("Ref:2"));
        byte[] text = filled(folder, "base", vm + vbd + vdi + sr).getBytes(StandardCharsets.UTF_8);
        XapiDialect dialect = new XapiDialect();
        assertThat(dialect.recognizes(text)).isTrue();
        List<Parsed> machines = dialect.parse(text, "ova.xml");
        assertThat(machines).hasSize(1);
        Machine machine = machines.getFirst().machine();
        assertThat(machine.name()).isEqualTo("made by a peer");
        assertThat(machine.platform()).isEqualTo(Platform.XEN_HVM);
        assertThat(machine.memory()).isEqualTo(Memory.fixed(256L << 20));
        assertThat(machine.disks())
                .singleElement()
                .satisfies(
                        disk -> assertThat(disk.medium().orElseThrow().path()).isEqualTo("Ref:2"));
        assertThat(dialect.disks(text, "ova.xml")).containsExactly(new ArchivedDisk("Ref:2", 1 << 20));
        assertThat(dialect.archive(machine, List.of(1L << 20)).definition().lost())
                .isEmpty();
    }

    private static String filled(Path folder, String name, Object... values) throws IOException {
        String template = Files.readString(folder.resolve("XVA_ova_" + name + ".xml"));
        return template.formatted(values);
    }
}
