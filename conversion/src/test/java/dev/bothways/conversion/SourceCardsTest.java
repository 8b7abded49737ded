package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.conversion.bundle.SourceMachine;
import dev.bothways.guest.network.NetworkCard;
import dev.bothways.guest.network.NetworkCards;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Dialects;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SourceCardsTest {

    private static NetworkCards cards(String definition) throws DefinitionException {
        byte[] content = definition.getBytes(StandardCharsets.UTF_8);
        Dialect dialect = Dialects.of(content).orElseThrow();
        return SourceCards.of(source(
                        dialect.id(), dialect.parse(content, "x").getFirst().machine()))
                .orElseThrow();
    }

    private static SourceMachine source(String dialect, Machine machine) {
        return new SourceMachine(
                Path.of("x"), dialect, machine, List.of(), Optional.empty(), Path.of("."), List.of(), List.of());
    }

    @Test
    void takesTheSlotsOfVmware() throws DefinitionException {
        NetworkCards cards = cards("""
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "13"
                displayName = "x"
                memSize = "512"
                ethernet0.present = "TRUE"
                ethernet0.virtualDev = "vmxnet3"
                ethernet0.addressType = "static"
                ethernet0.address = "00:50:56:00:00:01"
                ethernet0.pciSlotNumber = "192"
                ethernet1.present = "TRUE"
                ethernet1.virtualDev = "e1000"
                ethernet1.pciSlotNumber = "33"
                ethernet2.present = "TRUE"
                ethernet2.pciSlotNumber = "-1"
                """);
        assertThat(cards.platform()).contains(Platform.VMWARE);
        assertThat(cards.cards())
                .extracting(NetworkCard::names)
                .containsExactly(List.of("ens192"), List.of("ens33"), List.of());
        assertThat(cards.cards())
                .extracting(NetworkCard::pciAddresses)
                .containsExactly(List.of("0000:0b:00.0"), List.of("0000:02:01.0"), List.of());
    }

    @Test
    void takesTheAddressesOfLibvirt() throws DefinitionException {
        NetworkCards cards = cards("""
                <domain type='kvm'><name>x</name><memory unit='MiB'>512</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type></os><devices>
                <interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/>
                <model type='virtio'/><address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></interface>
                <interface type='network'><mac address='52:54:00:00:00:02'/><source network='default'/>
                <model type='virtio'/><address type='pci' domain='0x0000' bus='0x00' slot='0x0a' function='0x1'/></interface>
                <interface type='network'><source network='default'/></interface>
                </devices></domain>
                """);
        assertThat(cards.cards())
                .extracting(NetworkCard::names)
                .containsExactly(List.of("enp1s0"), List.of("enp0s10f1", "ens10f1"), List.of());
        assertThat(cards.cards())
                .extracting(NetworkCard::pciAddresses)
                .containsExactly(List.of("0000:01:00.0"), List.of("0000:00:0a.1"), List.of());
    }

    @Test
    void takesTheNumbersOfProxmox() throws DefinitionException {
        NetworkCards cards = cards("""
                memory: 512
                name: x
                net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
                net3: e1000=BC:24:11:00:00:02,bridge=vmbr0
                net7: virtio=BC:24:11:00:00:03,bridge=vmbr0
                """);
        assertThat(cards.cards())
                .extracting(NetworkCard::names)
                .containsExactly(
                        List.of("ens18", "enp0s18", "enp6s18"), List.of("ens21", "enp0s21", "enp6s21"), List.of());
    }

    @Test
    void knowsNothingOfABareImage() throws DefinitionException {
        Machine machine = Dialects.of("memory: 512\nnet0: virtio=BC:24:11:00:00:01\n".getBytes(StandardCharsets.UTF_8))
                .orElseThrow()
                .parse("memory: 512\nnet0: virtio=BC:24:11:00:00:01\n".getBytes(StandardCharsets.UTF_8), "x")
                .getFirst()
                .machine();
        NetworkCards cards =
                SourceCards.of(source(SourceMachine.BARE_IMAGE, machine)).orElseThrow();
        assertThat(cards.platform()).isEmpty();
        assertThat(cards.cards()).containsExactly(NetworkCard.of(Optional.empty()));
    }
}
