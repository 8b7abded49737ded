package dev.bothways.conversion.target;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an importer takes of an envelope. OVF has words for more than its readers read: our dialect reads them all, the importers of
 * VMware and VirtualBox pass over some. The rules are in {@code docs/formats/ovf.md}.
 *
 * @param machine as the importer will have it
 * @param lost what it passes over, and how it is set after the import
 */
record OvfImport(Machine machine, List<Lost> lost) {
    private static final String OVF = "ovf";

    /** Words that VirtualBox takes for a kind of network; any other is a bridge to the host's first network. */
    private static final Set<String> NETWORKS = Set.of("null", "nat", "bridged", "internal", "hostonly", "generic");

    private static final Pattern READ_BY_VIRTUALBOX =
            Pattern.compile("(os\\.(id|description)|VirtualSystemType|Section:(ProductSection|EulaSection))");

    /**
     * vSphere and Workstation; {@code ExtraConfig} only with {@code ovftool --allowExtraConfig}, which vSphere's page asks about.
     */
    private static final Pattern READ_BY_VMWARE =
            Pattern.compile("(osType|os\\.(id|version|description)|VirtualSystemType"
                    + "|transport|id|(.*:)?Config:.*|(?!ExtraConfig:).*(Limit|Reservation|Weight)|AutomaticAllocation|ResourceSubType"
                    + "|(Envelope)?Section:(ProductSection|EulaSection|InstallSection|IpAssignmentSection|BootOrderSection)"
                    + "|EnvelopeSection:.*vmw.*|HardwareItem:.*)");

    private static final String AFTER = "is not read from OVF; after the import: VBoxManage modifyvm NAME ";

    /**
     * What the importer of the machine's platform takes.
     *
     * @param read what the envelope says
     */
    static OvfImport of(Machine read) {
        return new Importer(read).take();
    }

    private static final class Importer {
        private final Machine read;
        private final boolean vmware;
        private final List<Lost> lost = new ArrayList<>();

        Importer(Machine read) {
            this.read = read;
            this.vmware = read.platform() == Platform.VMWARE;
        }

        OvfImport take() {
            Machine.Builder taken = read.toBuilder();
            List<Disk> drives = new ArrayList<>();
            for (Disk drive : read.disks()) {
                drives.add(vmware ? drive : drive(drive));
            }
            List<Nic> nics = new ArrayList<>();
            for (Nic nic : read.nics()) {
                nics.add(vmware ? nic : nic(nic, nics.size() + 1));
            }
            taken.disks(drives).nics(nics).extras(extras());
            if (vmware) {
                extraConfig(taken);
            } else {
                taken.uuid(Optional.empty())
                        .consoles(List.of())
                        .display(Display.usual())
                        .hostDevices(List.of());
                for (int i = 0; i < read.consoles().size(); i++) {
                    lost.add(new Lost(
                            "console " + (i + 1),
                            AFTER + "--uart" + (i + 1) + " 0x3f8 4 --uartmode" + (i + 1) + " file LOG"));
                }
            }
            return new OvfImport(taken.build(), lost);
        }

        /** Settings of a .vmx, to which an importer must be told to agree. */
        private void extraConfig(Machine.Builder taken) {
            String why = "is taken by ovftool --allowExtraConfig only";
            read.uuid().ifPresent(uuid -> lost.add(new Lost("UUID", why)));
            taken.uuid(Optional.empty());
            if (read.firmware() instanceof Firmware.Uefi uefi
                    && uefi.variables().isPresent()) {
                lost.add(new Lost("UEFI variables", why));
                taken.firmware(new Firmware.Uefi(uefi.secureBoot()));
            }
        }

        /** Serial numbers, models of IDE and what only VMware has words for. */
        private Disk drive(Disk drive) {
            String name = " of drive " + drive.slot().deviceName();
            if (drive.readOnly() && drive.kind() == Disk.Kind.DISK) {
                lost.add(new Lost("write protection" + name, "is a setting of VMware's, which VirtualBox passes over"));
            }
            if (drive.shared()) {
                lost.add(new Lost("sharing" + name, "is a setting of VMware's, which VirtualBox passes over"));
            }
            boolean model = drive.slot().bus() == Bus.SCSI || drive.slot().bus() == Bus.IDE;
            return drive.toBuilder()
                    .adapter(model ? drive.adapter() : Optional.empty())
                    .readOnly(drive.kind() == Disk.Kind.CDROM)
                    .shared(false)
                    .extras(List.of())
                    .build();
        }

        private Nic nic(Nic nic, int number) {
            String of = " of network card " + number;
            nic.mac()
                    .map(MacAddress::digits)
                    .ifPresent(digits ->
                            lost.add(new Lost("address" + of, AFTER + "--macaddress" + number + " " + digits)));
            boolean known = nic.network()
                    .filter(network -> NETWORKS.contains(network.toLowerCase(java.util.Locale.ROOT)))
                    .isPresent();
            if (!known) {
                nic.network()
                        .ifPresent(network -> lost.add(new Lost(
                                "network" + of,
                                "is not read from OVF; VirtualBox bridges the card to the host's first network")));
            }
            return nic.toBuilder()
                    .mac(Optional.empty())
                    .network(known ? nic.network() : Optional.empty())
                    .extras(List.of())
                    .build();
        }

        private List<Extra> extras() {
            Pattern known = vmware ? READ_BY_VMWARE : READ_BY_VIRTUALBOX;
            List<Extra> taken = new ArrayList<>();
            for (Extra extra : read.extras()) {
                if (known.matcher(extra.key()).matches()) {
                    taken.add(extra);
                } else if (extra.dialect().equals(OVF)) {
                    lost.add(new Lost(
                            extra.key() + " (ovf)",
                            "is optional in the package, and " + (vmware ? "VMware" : "VirtualBox")
                                    + " passes over it"));
                }
            }
            return taken;
        }
    }
}
