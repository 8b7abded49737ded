package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.conversion.target.HardDisks;
import dev.bothways.conversion.target.Target;
import dev.bothways.conversion.target.Targets;
import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Dialects;
import dev.bothways.machine.dialect.xapi.XapiDialect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Definitions in which every field that can reach into a host does, by a name that begins with {@code HOSTREACH}, from every
 * dialect to every target.
 */
final class HostReachTest {
    private static final String MARK = "HOSTREACH";
    private static final long SIZE = 1L << 30;

    /** By the dialect that reads it; the text that goes before the machine's usual items. */
    private static final Map<String, List<String>> DEFINITIONS = definitions();

    @TestFactory
    Stream<DynamicTest> nothingThatReachesIntoTheHostCrosses() {
        return DEFINITIONS.entrySet().stream()
                .flatMap(each -> each.getValue().stream()
                        .flatMap(text -> Targets.allForms().stream()
                                .flatMap(target -> target.platforms().stream()
                                        .map(platform -> DynamicTest.dynamicTest(
                                                each.getKey() + " -> " + target.id()
                                                        + target.bundle()
                                                                .map(b -> " " + b.id())
                                                                .orElse("") + " (" + platform.id() + ")",
                                                () -> cross(each.getKey(), text, target, platform))))));
    }

    private static void cross(String dialect, String text, Target target, Platform platform) throws IOException {
        Machine source = parse(dialect, text);
        assertThat(HardDisks.of(source)).as("disks of " + dialect).isNotEmpty();
        boolean same = HostReach.hypervisor(dialect, source.platform()).equals(target.id());
        Optional<Written> strict = write(dialect, source, target, platform, true);
        if (strict.isEmpty()) {
            return; // The platform cannot start it, whatever it reaches for.
        }
        assertThat(marks(strict.get().text())).as(strict.get().text()).isEmpty();
        Written usual = write(dialect, source, target, platform, false).orElseThrow();
        String said = String.join("\n", usual.warnings());
        for (String mark : marks(usual.text())) {
            assertThat(same).as(mark + " crosses:\n" + usual.text()).isTrue();
            assertThat(said).as(usual.text()).contains(mark);
        }
    }

    private static Machine parse(String dialect, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        Dialect is = Dialects.of(content).orElseThrow();
        assertThat(is.id()).isEqualTo(dialect);
        return is.parse(content, dialect).getFirst().machine();
    }

    private record Written(String text, List<String> warnings) {}

    private static Optional<Written> write(
            String dialect, Machine source, Target target, Platform platform, boolean strict) throws IOException {
        TargetMachine mapped = new TargetMachine.Way(
                        source, dialect, "id", target, platform, Optional.empty(), Optional.empty(), strict, false)
                .end(HardDisks.of(source));
        DiskFormat format = target.usualFormat(mapped.machine());
        List<Long> sizes = HardDisks.of(source).stream().map(disk -> SIZE).toList();
        if (!target.refusals(mapped.machine(), sizes, format).isEmpty()) {
            return Optional.empty();
        }
        List<Target.ConvertedDisk> disks = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            String file = target.diskFile(mapped.machine(), i, format);
            disks.add(new Target.ConvertedDisk(file, format, SIZE, "0".repeat(64)));
        }
        StringBuilder all = new StringBuilder();
        target.definition(HardDisks.withFiles(mapped.machine(), disks), disks)
                .files()
                .forEach(file -> all.append(file.text()));
        return Optional.of(new Written(all.toString(), mapped.warnings()));
    }

    private static List<String> marks(String text) {
        return java.util.regex.Pattern.compile(MARK + "[a-z0-9]*")
                .matcher(text)
                .results()
                .map(java.util.regex.MatchResult::group)
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dev/sda",
                "file:/var/log/x",
                "<source path='/run/x.sock'/>",
                "-device x,chardev=/tmp/s",
                "\\\\.\\pipe\\com1",
                "C:\\VMs\\log.txt",
                "tcp://10.0.0.1:99",
                "unix:run/x",
                "[ 'backend=/x' ]"
            })
    void knowsWhatReachesIntoAHost(String text) {
        assertThat(HostReach.reaches(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRUE",
                "<a><b c='1'/></a>",
                "http://libosinfo.org/linux/2016",
                "serial0.log",
                "AQID+/xyz=",
                "2/4",
                "<backend model='random'>/dev/urandom</backend>",
                "00:16:3e:00:00:01"
            })
    void andWhatDoesNot(String text) {
        assertThat(HostReach.reaches(text)).isFalse();
    }

    @Test
    void aSerialPortOnADiskOfTheHostBecomesATerminal() throws IOException {
        Machine source = parse("proxmox", "name: a\nmemory: 512\nscsi0: local:100/d.raw,size=1G\nserial0: /dev/sda\n");
        TargetMachine mapped = new TargetMachine.Way(
                        source,
                        "proxmox",
                        "id",
                        Targets.find("kvm").orElseThrow(),
                        Platform.KVM,
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        false)
                .end(HardDisks.of(source));
        assertThat(mapped.machine().consoles()).containsExactly(Console.pty(Console.Type.SERIAL));
        assertThat(mapped.lost())
                .anyMatch(lost -> lost.item().equals("connection of console 1")
                        && lost.why().equals("reaches into the host (device /dev/sda) and stays with it"));
    }

    @Test
    void aKernelOfTheHostStaysWithAWarningUnlessStrict() throws IOException {
        Machine source = Machine.builder("a", Platform.XEN_PV)
                .firmware(new Firmware.DirectKernel("/boot/vmlinuz", Optional.empty(), ""))
                .build();
        assertThat(HostReach.of(source, "xl", List.of(), "xen", false).machine())
                .isEqualTo(source);
        assertThat(HostReach.of(source, "xl", List.of(), "xen", false).warnings())
                .containsExactly(
                        "kernel of the host reaches into the host: /boot/vmlinuz; see that it is meant on the new"
                                + " host, or leave it out with --strict");
        assertThat(HostReach.of(source, "xl", List.of(), "xen", true).machine().firmware())
                .isInstanceOf(Firmware.HostBootLoader.class);
        assertThat(HostReach.of(source, "xl", List.of(), "xenserver", false)
                        .machine()
                        .firmware())
                .isInstanceOf(Firmware.HostBootLoader.class);
    }

    @Test
    void aFileBesideTheDefinitionIsNoReach() {
        Console beside = new Console(Console.Type.SERIAL, Console.Connection.FILE, Optional.of("serial0.log"));
        Machine source =
                Machine.builder("a", Platform.VMWARE).consoles(List.of(beside)).build();
        HostReach reach = HostReach.of(source, "vmx", List.of(), "vmware", true);
        assertThat(reach.machine()).isEqualTo(source);
        assertThat(reach.warnings()).isEmpty();
    }

    private static Map<String, List<String>> definitions() {
        Map<String, List<String>> all = new TreeMap<>();
        all.put("xl", List.of("""
                name = "reach"
                type = "hvm"
                memory = 512
                disk = [ "format=raw,vdev=hda,target=a.raw,script=/HOSTREACHxa", "vdev=hdc,devtype=cdrom,target=/HOSTREACHxb.iso" ]
                vif = [ "mac=00:16:3e:00:00:01,bridge=br0,script=/HOSTREACHxc,backend=HOSTREACHxd" ]
                serial = [ "/dev/HOSTREACHxe", "unix:/HOSTREACHxf", "file:/HOSTREACHxg" ]
                device_model_override = "/HOSTREACHxh"
                device_model_args = [ "-chardev", "socket,path=/HOSTREACHxi" ]
                device_model_args_hvm = [ "HOSTREACHxj" ]
                device_model_user = "HOSTREACHxk"
                bios_path_override = "/HOSTREACHxl"
                firmware_override = "/HOSTREACHxm"
                acpi_firmware = "/HOSTREACHxn"
                smbios_firmware = "/HOSTREACHxo"
                parallel = "/dev/HOSTREACHxp"
                usbdevice = [ "HOSTREACHxq" ]
                p9 = [ "tag=t,path=/HOSTREACHxr,security_model=none" ]
                channel = [ "name=c,connection=socket,path=/HOSTREACHxs" ]
                xauthority = "/HOSTREACHxt"
                stubdomain_kernel = "/HOSTREACHxu"
                stubdomain_ramdisk = "/HOSTREACHxv"
                device_tree = "/HOSTREACHxw"
                pci = [ "0000:03:00.0" ]
                """, """
                name = "reach"
                type = "pv"
                memory = 512
                kernel = "/HOSTREACHpa"
                ramdisk = "/HOSTREACHpb"
                disk = [ "format=raw,vdev=xvda,target=a.raw,script=/HOSTREACHpc" ]
                """));
        all.put("proxmox", List.of("""
                name: reach
                memory: 512
                args: -chardev socket,path=/HOSTREACHqa
                hookscript: local:snippets/HOSTREACHqb.pl
                scsi0: local:100/a.raw,size=1G
                ide2: /HOSTREACHqc.iso,media=cdrom
                serial0: /dev/HOSTREACHqd
                serial1: /dev/HOSTREACHqe
                parallel0: /dev/HOSTREACHqf
                virtfs0: path=/HOSTREACHqg,tag=t
                cicustom: user=local:snippets/HOSTREACHqh
                ivshmem: size=1,name=HOSTREACHqi
                hostpci0: 0000:03:00.0,romfile=HOSTREACHqj
                usb0: host=1234:5678
                net0: virtio=52:54:00:00:00:01,bridge=vmbr0
                """));
        all.put("vmx", List.of("""
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                displayName = "reach"
                memsize = "512"
                scsi0.present = "TRUE"
                scsi0.virtualDev = "pvscsi"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "a.vmdk"
                ide1:0.present = "TRUE"
                ide1:0.deviceType = "cdrom-image"
                ide1:0.fileName = "/HOSTREACHva.iso"
                serial0.present = "TRUE"
                serial0.fileType = "device"
                serial0.fileName = "/dev/HOSTREACHvb"
                serial1.present = "TRUE"
                serial1.fileType = "pipe"
                serial1.fileName = "/HOSTREACHvc"
                parallel0.present = "TRUE"
                parallel0.fileName = "/dev/HOSTREACHvd"
                sound.fileName = "/dev/HOSTREACHve"
                sharedFolder0.present = "TRUE"
                sharedFolder0.hostPath = "/HOSTREACHvf"
                workingDir = "/HOSTREACHvg"
                sched.swap.dir = "/HOSTREACHvh"
                vmx.log.filename = "/HOSTREACHvi"
                nvram = "/HOSTREACHvj.nvram"
                bios440.filename = "/HOSTREACHvk"
                firmware = "efi"
                """));
        all.put("libvirt", List.of(libvirt("kvm", "hvm", "vda", "virtio")));
        all.put("vbox", List.of("""
                <?xml version="1.0"?>
                <VirtualBox xmlns="http://www.virtualbox.org/" version="1.19-linux">
                  <Machine uuid="{7d6d6e56-3a5c-4b0e-9c1f-3f1f2a0a0001}" name="reach" OSType="Linux_64">
                    <MediaRegistry><HardDisks>
                      <HardDisk uuid="{7d6d6e56-3a5c-4b0e-9c1f-3f1f2a0a0002}" location="a.vdi" format="VDI" type="Normal"/>
                    </HardDisks><DVDImages>
                      <Image uuid="{7d6d6e56-3a5c-4b0e-9c1f-3f1f2a0a0003}" location="/HOSTREACHba.iso"/>
                    </DVDImages></MediaRegistry>
                    <ExtraData><ExtraDataItem name="VBoxInternal/Devices/HOSTREACHbb" value="1"/></ExtraData>
                    <Hardware>
                      <CPU count="1"/><Memory RAMSize="512"/>
                      <UART><Port slot="0" enabled="true" IOBase="0x3f8" IRQ="4" path="/dev/HOSTREACHbc" hostMode="HostDevice"/>
                      <Port slot="1" enabled="true" IOBase="0x2f8" IRQ="3" path="/HOSTREACHbd" hostMode="HostPipe"/></UART>
                      <LPT><Port slot="0" enabled="true" IOBase="0x378" IRQ="7" path="/dev/HOSTREACHbe"/></LPT>
                      <SharedFolders><SharedFolder name="s" hostPath="/HOSTREACHbf" writable="true"/></SharedFolders>
                    </Hardware>
                    <StorageControllers>
                      <StorageController name="SATA" type="AHCI" PortCount="2">
                        <AttachedDevice type="HardDisk" port="0" device="0"><Image uuid="{7d6d6e56-3a5c-4b0e-9c1f-3f1f2a0a0002}"/></AttachedDevice>
                        <AttachedDevice type="DVD" port="1" device="0"><Image uuid="{7d6d6e56-3a5c-4b0e-9c1f-3f1f2a0a0003}"/></AttachedDevice>
                      </StorageController>
                    </StorageControllers>
                  </Machine>
                </VirtualBox>
                """));
        all.put("kubevirt", List.of("""
                apiVersion: kubevirt.io/v1
                kind: VirtualMachine
                metadata:
                  name: reach
                spec:
                  template:
                    metadata:
                      annotations:
                        hooks.kubevirt.io/hookSidecars: '[{"image": "HOSTREACHka"}]'
                    spec:
                      domain:
                        memory:
                          guest: 512Mi
                        devices:
                          disks:
                            - name: a
                              disk:
                                bus: virtio
                            - name: b
                              disk:
                                bus: virtio
                          hostDevices:
                            - name: h
                              deviceName: vendor.com/HOSTREACHkb
                          filesystems:
                            - name: f
                              virtiofs: {}
                      volumes:
                        - name: a
                          persistentVolumeClaim:
                            claimName: a
                        - name: b
                          hostDisk:
                            path: /HOSTREACHkc
                            type: Disk
                """));
        all.put("ovf", List.of("""
                <?xml version="1.0" encoding="UTF-8"?>
                <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
                  xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
                  xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData"
                  xmlns:vmw="http://www.vmware.com/schema/ovf">
                  <References><File ovf:href="a.vmdk" ovf:id="f1"/></References>
                  <DiskSection><Info/><Disk ovf:capacity="1073741824" ovf:diskId="d1" ovf:fileRef="f1"
                    ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/></DiskSection>
                  <VirtualSystem ovf:id="reach"><Info/><Name>reach</Name>
                    <VirtualHardwareSection><Info/>
                      <System><vssd:ElementName>h</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID>
                        <vssd:VirtualSystemType>vmx-13</vssd:VirtualSystemType></System>
                      <Item><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType>
                        <rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
                      <Item><rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits><rasd:InstanceID>2</rasd:InstanceID>
                        <rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>512</rasd:VirtualQuantity></Item>
                      <Item><rasd:Address>0</rasd:Address><rasd:InstanceID>3</rasd:InstanceID>
                        <rasd:ResourceSubType>lsilogic</rasd:ResourceSubType><rasd:ResourceType>6</rasd:ResourceType></Item>
                      <Item><rasd:AddressOnParent>0</rasd:AddressOnParent><rasd:HostResource>ovf:/disk/d1</rasd:HostResource>
                        <rasd:InstanceID>4</rasd:InstanceID><rasd:Parent>3</rasd:Parent><rasd:ResourceType>17</rasd:ResourceType></Item>
                      <vmw:ExtraConfig ovf:required="false" vmw:key="serial0.fileName" vmw:value="/dev/HOSTREACHoa"/>
                      <vmw:ExtraConfig ovf:required="false" vmw:key="workingDir" vmw:value="/HOSTREACHob"/>
                      <vmw:Config ovf:required="false" vmw:key="tools.toolsScript" vmw:value="HOSTREACHoc"/>
                    </VirtualHardwareSection>
                  </VirtualSystem>
                </Envelope>
                """));
        all.put("xapi", List.of(xapi()));
        return all;
    }

    private static String xapi() {
        Machine machine = Machine.builder("reach", Platform.XEN_PV)
                .firmware(new Firmware.DirectKernel("/HOSTREACHaa", Optional.of("/HOSTREACHab"), ""))
                .disks(List.of(Disk.builder(Disk.Kind.DISK, Slot.of(Bus.XEN, 0, 0))
                        .medium("Ref:1", "raw")
                        .build()))
                .extras(List.of(
                        new Extra("xapi", "platform:device-model", "HOSTREACHac"),
                        new Extra("xapi", "other_config:hook", "/HOSTREACHad")))
                .build();
        return new XapiDialect().write(machine).text();
    }

    private static String libvirt(String type, String os, String device, String bus) {
        return """
                <domain type="%s" xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0">
                  <name>reach</name><memory unit="MiB">512</memory><vcpu>1</vcpu>
                  <os firmware="efi"><type arch="x86_64">%s</type>
                    <loader readonly="yes" type="pflash">/HOSTREACHla</loader><nvram template="/HOSTREACHlb">/HOSTREACHlc</nvram></os>
                  <devices>
                    <emulator>/HOSTREACHld</emulator>
                    <disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="a.qcow2"/><target dev="%s" bus="%s"/></disk>
                    <disk type="block" device="cdrom"><source dev="/dev/HOSTREACHle"/><target dev="sda" bus="sata"/></disk>
                    <interface type="bridge"><mac address="52:54:00:00:00:01"/><source bridge="br0"/><script path="/HOSTREACHlf"/></interface>
                    <interface type="vhostuser"><mac address="52:54:00:00:00:02"/><source type="unix" path="/HOSTREACHlg" mode="client"/><model type="virtio"/></interface>
                    <serial type="dev"><source path="/dev/HOSTREACHlh"/><target port="0"/></serial>
                    <serial type="unix"><source mode="bind" path="/HOSTREACHli"/><target port="1"/></serial>
                    <serial type="tcp"><source mode="connect" host="HOSTREACHlj" service="99"/><protocol type="raw"/><target port="2"/></serial>
                    <parallel type="dev"><source path="/dev/HOSTREACHlk"/><target port="0"/></parallel>
                    <channel type="unix"><source mode="bind" path="/HOSTREACHll"/><target type="virtio" name="x.0"/></channel>
                    <filesystem type="mount" accessmode="passthrough"><source dir="/HOSTREACHlm"/><target dir="t"/></filesystem>
                    <graphics type="vnc" autoport="yes"><listen type="socket" socket="/HOSTREACHln"/></graphics>
                    <graphics type="spice"><gl enable="yes" rendernode="/dev/HOSTREACHlo"/></graphics>
                    <rng model="virtio"><backend model="random">/dev/HOSTREACHlp</backend></rng>
                    <rng model="virtio"><backend model="egd" type="unix"><source mode="bind" path="/HOSTREACHlq"/></backend></rng>
                    <tpm model="tpm-tis"><backend type="passthrough"><device path="/dev/HOSTREACHlr"/></backend></tpm>
                    <smartcard mode="host-certificates"><certificate>HOSTREACHls</certificate><database>/HOSTREACHlt</database></smartcard>
                    <input type="evdev"><source dev="/dev/HOSTREACHlu"/></input>
                    <shmem name="HOSTREACHlv"><server path="/HOSTREACHlw"/></shmem>
                    <memory model="nvdimm"><source><path>/HOSTREACHlx</path></source><target><size unit="MiB">128</size><node>0</node></target></memory>
                    <audio id="1" type="file" path="/HOSTREACHly"/>
                  </devices>
                  <qemu:commandline><qemu:arg value="-HOSTREACHlz"/></qemu:commandline>
                </domain>
                """.formatted(type, os, device, bus);
    }
}
