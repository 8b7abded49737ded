package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.bothways.conversion.readers.TargetReader;
import dev.bothways.conversion.target.HardDisks;
import dev.bothways.conversion.target.Target;
import dev.bothways.conversion.target.TargetLimits;
import dev.bothways.conversion.target.Targets;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class FittingTest {
    private static final long MIB = 1L << 20;

    @ParameterizedTest
    @CsvSource({
        "VMWARE, 1051648, 1028",
        "VMWARE, 1000000, 980",
        "HYPERV_GEN2, 1000000, 978",
        "HYPERV_GEN1, 1024, 32",
        "KVM, 1000000, 977",
        "PROXMOX, 1024, 16",
        "VIRTUALBOX, 1024, 4",
        "XEN_HVM, 1000000, 977"
    })
    void memoryIsRoundedUpAndSaidSo(TargetLimits limits, long kibibytes, long mebibytes) {
        Fitting fitting = Fitting.of(machine(Memory.fixed(kibibytes << 10)), limits, "id");
        assertThat(fitting.machine().memory()).isEqualTo(Memory.fixed(mebibytes * MIB));
        assertThat(fitting.reasons().get("memory")).contains("takes memory in steps of");
    }

    @ParameterizedTest
    @EnumSource
    void anyMemoryFitsAnyTargetAndFitsAgain(TargetLimits limits) {
        long seed = 20240607;
        RandomGenerator random = new java.util.SplittableRandom(seed);
        for (int i = 0; i < 1000; i++) {
            long minimum = random.nextLong(1, 1L << 32);
            long startup = minimum + random.nextLong(1L << 32);
            Memory memory = new Memory(startup, minimum, startup + random.nextLong(1L << 32));
            Machine fitting = Fitting.of(machine(memory), limits, "id").machine();
            assertThat(fitting.memory().startup() % limits.memoryStep())
                    .as("seed " + seed + " " + memory)
                    .isZero();
            assertThat(fitting.memory().startup()).isGreaterThanOrEqualTo(startup);
            assertThat(Fitting.of(fitting, limits, "id").machine()).isEqualTo(fitting);
        }
    }

    @Test
    void uefiOfVmwareNeedsMore() {
        Machine machine = machine(Memory.fixed(64 * MIB)).toBuilder()
                .firmware(new Firmware.Uefi(false))
                .build();
        assertThat(Fitting.of(machine, TargetLimits.VMWARE, "id").machine().memory())
                .isEqualTo(Memory.fixed(96 * MIB));
    }

    @ParameterizedTest
    @CsvSource({
        // sockets, cores, threads, processors, then sockets, cores, threads; zeros where it is the target's
        "VMWARE, 2, 2, 2, 8, 2, 4, 1",
        "VMWARE, 1, 3, 1, 4, 0, 0, 0",
        "PROXMOX, 2, 2, 2, 8, 2, 4, 1",
        "PROXMOX, 2, 2, 2, 6, 0, 0, 0",
        "KVM, 2, 2, 2, 8, 2, 2, 2",
        "KVM, 2, 2, 2, 7, 0, 0, 0"
    })
    void processorsAreArrangedAsTheTargetCan(
            TargetLimits limits, int sockets, int cores, int threads, int count, int s, int c, int t) {
        Machine machine = machine(Memory.fixed(512 * MIB)).toBuilder()
                .processors(new Processors(
                        count,
                        count,
                        Optional.of(new Processors.Topology(sockets, cores, threads)),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        false))
                .build();
        assertThat(Fitting.of(machine, limits, "id").machine().processors().topology())
                .isEqualTo(s == 0 ? Optional.empty() : Optional.of(new Processors.Topology(s, c, t)));
    }

    @Test
    void namesHaveNoHiddenCharactersAndAreNotTooLong() {
        String hostile = "web\u202e\u001b[31m" + "x".repeat(200);
        Machine machine = Machine.builder(hostile, Platform.VMWARE)
                .description("one\ntwo\u2066")
                .nics(List.of(Nic.builder().network("br\u200f0").build()))
                .build();
        Fitting fitting = Fitting.of(machine, TargetLimits.VMWARE, "id");
        assertThat(fitting.machine().name()).startsWith("web__[31mx").hasSize(80);
        assertThat(fitting.machine().description()).contains("one\ntwo_");
        assertThat(fitting.machine().nics().getFirst().network()).contains("br_0");
        assertThat(fitting.reasons()).containsKeys("name", "description", "network of network card 1");
    }

    @Test
    void anAddressOfZerosIsNone() {
        Machine machine = machine(Memory.fixed(512 * MIB)).toBuilder()
                .nics(List.of(
                        Nic.builder().mac(new MacAddress("00:00:00:00:00:00")).build()))
                .build();
        Fitting fitting = Fitting.of(machine, TargetLimits.VMWARE, "id");
        assertThat(fitting.machine().nics().getFirst().mac().orElseThrow().text())
                .startsWith("00:50:56:");
        assertThat(fitting.reasons()).containsEntry("address of network card 1", "an address of zeros is none");
    }

    @ParameterizedTest
    @CsvSource({"vmware, VMWARE", "virtualbox, VIRTUALBOX"})
    void whatAnotherVendorRequiresIsOptionalInAPackage(String id, Platform platform) {
        Target target = Targets.find(id, "ova").orElseThrow();
        String ovf = "xmlns=\"http://schemas.dmtf.org/ovf/envelope/1\"";
        String rasd =
                "xmlns:rasd=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData\"";
        Machine machine = Machine.builder("a", platform)
                .memory(Memory.fixed(512 * MIB))
                .extras(
                        List.of(
                                new Extra(
                                        "ovf",
                                        "EnvelopeSection:StartupSection",
                                        "<x:StartupSection xmlns:x=\"http://schemas.citrix.com/ovf/envelope/1\"><x:Info/></x:StartupSection>"),
                                new Extra(
                                        "ovf",
                                        "HardwareItem:9",
                                        "<Item " + ovf + " " + rasd + "><rasd:ElementName>nvram</rasd:ElementName>"
                                                + "<rasd:InstanceID>90</rasd:InstanceID><rasd:ResourceType>32768</rasd:ResourceType></Item>")))
                .build();
        String text = target.definition(HardDisks.withFiles(machine, List.of()), List.of())
                .files()
                .getFirst()
                .text();
        assertThat(text).contains("StartupSection").contains("32768");
        TargetReader reader = TargetReader.of(target, platform).orElseThrow();
        assertThatNoException().isThrownBy(() -> reader.read(text));
        assertThatExceptionOfType(TargetReader.RefusedException.class)
                .isThrownBy(() -> reader.read(text.replace(" ovf:required=\"false\"", "")));
    }

    private static Machine machine(Memory memory) {
        return Machine.builder("a", Platform.VMWARE).memory(memory).build();
    }
}
