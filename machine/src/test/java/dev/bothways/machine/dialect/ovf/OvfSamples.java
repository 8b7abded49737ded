package dev.bothways.machine.dialect.ovf;

/** Envelopes made up for tests. */
final class OvfSamples {
    /** As vCenter writes it, with everything that has a word in the record. */
    static final String VMWARE = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData" xmlns:vmw="http://www.vmware.com/schema/ovf">
              <References><File ovf:href="web01-disk1.vmdk" ovf:id="file1" ovf:size="512" ovf:compression="gzip" ovf:chunkSize="1000"/>
                <File ovf:href="tools.iso" ovf:id="file2"/>
                <File ovf:href="web01.nvram" ovf:id="file3" ovf:size="8684"/></References>
              <DiskSection><Info>Disks</Info>
                <Disk ovf:capacity="8" ovf:capacityAllocationUnits="byte * 2^30" ovf:diskId="vmdisk1" ovf:fileRef="file1" ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>
                <Disk ovf:capacity="1073741824" ovf:diskId="vmdisk2" ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/></DiskSection>
              <NetworkSection><Info>Networks</Info><Network ovf:name="VM Network"><Description>d</Description></Network></NetworkSection>
              <EulaSection><Info>License</Info><License>Do no harm</License></EulaSection>
              <VirtualSystem ovf:id="vm">
                <Info>A machine</Info><Name>web01</Name>
                <vmw:BootOrderSection vmw:instanceId="12 9" vmw:type="cdrom disk"><Info>Order</Info></vmw:BootOrderSection>
                <OperatingSystemSection ovf:id="96" vmw:osType="debian12_64Guest"><Info>System</Info></OperatingSystemSection>
                <VirtualHardwareSection ovf:transport="iso">
                  <Info>Hardware</Info>
                  <System><vssd:ElementName>Family</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID><vssd:VirtualSystemType>vmx-20</vssd:VirtualSystemType></System>
                  <Item><rasd:ElementName>device 1</rasd:ElementName><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:AllocationUnits>hertz * 10^6</rasd:AllocationUnits><rasd:VirtualQuantity>4</rasd:VirtualQuantity><rasd:Weight>4000</rasd:Weight><vmw:CoresPerSocket ovf:required="false">2</vmw:CoresPerSocket></Item>
                  <Item><rasd:ElementName>device 2</rasd:ElementName><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits><rasd:VirtualQuantity>2048</rasd:VirtualQuantity></Item>
                  <Item><rasd:ElementName>device 3</rasd:ElementName><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceType>6</rasd:ResourceType><rasd:Address>1</rasd:Address><rasd:ResourceSubType>VirtualSCSI</rasd:ResourceSubType></Item>
                  <Item><rasd:ElementName>device 4</rasd:ElementName><rasd:InstanceID>4</rasd:InstanceID><rasd:ResourceType>20</rasd:ResourceType><rasd:Address>0</rasd:Address><rasd:ResourceSubType>vmware.sata.ahci</rasd:ResourceSubType></Item>
                  <Item><rasd:ElementName>device 8</rasd:ElementName><rasd:InstanceID>8</rasd:InstanceID><rasd:ResourceType>17</rasd:ResourceType><rasd:AddressOnParent>0</rasd:AddressOnParent><rasd:Parent>3</rasd:Parent><rasd:HostResource>ovf:/disk/vmdisk1</rasd:HostResource><vmw:Config ovf:required="false" vmw:key="guestReadOnly" vmw:value="true"/><vmw:Config ovf:required="false" vmw:key="backing.sharing" vmw:value="sharingMultiWriter"/></Item>
                  <Item><rasd:ElementName>device 9</rasd:ElementName><rasd:InstanceID>9</rasd:InstanceID><rasd:ResourceType>17</rasd:ResourceType><rasd:AddressOnParent>1</rasd:AddressOnParent><rasd:Parent>3</rasd:Parent><rasd:HostResource>ovf:/disk/vmdisk2</rasd:HostResource></Item>
                  <Item><rasd:ElementName>device 12</rasd:ElementName><rasd:InstanceID>12</rasd:InstanceID><rasd:ResourceType>15</rasd:ResourceType><rasd:AddressOnParent>3</rasd:AddressOnParent><rasd:Parent>4</rasd:Parent><rasd:HostResource>ovf:/file/file2</rasd:HostResource></Item>
                  <Item ovf:required="false"><rasd:ElementName>device 13</rasd:ElementName><rasd:InstanceID>13</rasd:InstanceID><rasd:ResourceType>14</rasd:ResourceType><rasd:AddressOnParent>0</rasd:AddressOnParent><rasd:AutomaticAllocation>false</rasd:AutomaticAllocation></Item>
                  <Item><rasd:ElementName>device 14</rasd:ElementName><rasd:InstanceID>14</rasd:InstanceID><rasd:ResourceType>10</rasd:ResourceType><rasd:Address>00:50:56:aa:bb:cc</rasd:Address><rasd:AutomaticAllocation>true</rasd:AutomaticAllocation><rasd:Connection>VM Network</rasd:Connection><rasd:ResourceSubType>VmxNet3</rasd:ResourceSubType><vmw:Config ovf:required="false" vmw:key="wakeOnLanEnabled" vmw:value="true"/></Item>
                  <Item><rasd:ElementName>device 15</rasd:ElementName><rasd:InstanceID>15</rasd:InstanceID><rasd:ResourceType>24</rasd:ResourceType><vmw:Config ovf:required="false" vmw:key="videoRamSizeInKB" vmw:value="8192"/></Item>
                  <Item><rasd:ElementName>device 16</rasd:ElementName><rasd:InstanceID>16</rasd:InstanceID><rasd:ResourceType>21</rasd:ResourceType><rasd:ResourceSubType>vmware.serialport.pipe</rasd:ResourceSubType></Item>
                  <Item><rasd:ElementName>device 17</rasd:ElementName><rasd:InstanceID>17</rasd:InstanceID><rasd:ResourceType>1</rasd:ResourceType><rasd:ResourceSubType>vmware.vtpm</rasd:ResourceSubType></Item>
                  <Item><rasd:ElementName>GPU</rasd:ElementName><rasd:InstanceID>18</rasd:InstanceID><rasd:ResourceType>1</rasd:ResourceType><rasd:ResourceSubType>vmware.pci.passthrough</rasd:ResourceSubType></Item>
                  <vmw:Config ovf:required="false" vmw:key="firmware" vmw:value="efi"/><vmw:Config ovf:required="false" vmw:key="bootOptions.efiSecureBootEnabled" vmw:value="true"/><vmw:Config ovf:required="false" vmw:key="nestedHVEnabled" vmw:value="true"/><vmw:Config ovf:required="false" vmw:key="cpuHotAddEnabled" vmw:value="true"/>
                  <vmw:ExtraConfig ovf:required="false" vmw:key="nvram" vmw:value="ovf:/file/file3"/><vmw:ExtraConfig ovf:required="false" vmw:key="uuid.bios" vmw:value="56 4d 12 34 56 78 9a bc-de f0 11 22 33 44 55 66"/><vmw:ExtraConfig ovf:required="false" vmw:key="svga.present" vmw:value="TRUE"/>
                </VirtualHardwareSection>
                <AnnotationSection><Info>Text</Info><Annotation>The shop
            and its cellar</Annotation></AnnotationSection>
                <ProductSection ovf:class="shop"><Info>Product</Info><Product>Shop</Product>
                  <Property ovf:key="admin" ovf:type="string" ovf:password="true" ovf:value="hunter2"/></ProductSection>
              </VirtualSystem>
            </Envelope>
            """;

    /** Two sizes, the second the usual one. */
    static final String CONFIGURATIONS = """
            <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData" xmlns:vmw="http://www.vmware.com/schema/ovf">
              <References/>
              <DeploymentOptionSection><Info>Sizes</Info>
                <Configuration ovf:id="small"><Label>Small</Label></Configuration>
                <Configuration ovf:id="large" ovf:default="true"><Label>Large</Label></Configuration></DeploymentOptionSection>
              <VirtualSystem ovf:id="vm"><Info>A machine</Info>
                <VirtualHardwareSection>
                  <Info>Hardware</Info>
                  <System><vssd:ElementName>Family</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID><vssd:VirtualSystemType>vmx-08 vmx-09</vssd:VirtualSystemType></System>
                  <Item><rasd:ElementName>device 1</rasd:ElementName><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
                  <Item ovf:configuration="huge large"><rasd:ElementName>device 1</rasd:ElementName><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>4</rasd:VirtualQuantity></Item>
                  <Item><rasd:ElementName>device 2</rasd:ElementName><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>1</rasd:VirtualQuantity><rasd:AllocationUnits>GigaBytes</rasd:AllocationUnits></Item>
                  <Item ovf:bound="max"><rasd:ElementName>device 2</rasd:ElementName><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>8</rasd:VirtualQuantity><rasd:AllocationUnits>GigaBytes</rasd:AllocationUnits></Item>
                </VirtualHardwareSection>
              </VirtualSystem>
            </Envelope>
            """;

    /** A machine in a collection, and one in a collection in that. */
    static final String COLLECTION = """
            <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData" xmlns:vmw="http://www.vmware.com/schema/ovf">
              <References/>
              <VirtualSystemCollection ovf:id="c"><Info>All</Info>
              <StartupSection><Info>Order</Info><Item ovf:id="one" ovf:order="1"/></StartupSection>
            <VirtualSystem ovf:id="one"><Info>A machine</Info><VirtualHardwareSection>
                  <Info>Hardware</Info>
                  <System><vssd:ElementName>Family</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID><vssd:VirtualSystemType>vmx-13</vssd:VirtualSystemType></System>
                  <Item><rasd:ElementName>device 1</rasd:ElementName><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
                  <Item><rasd:ElementName>device 2</rasd:ElementName><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>64</rasd:VirtualQuantity></Item>
            </VirtualHardwareSection></VirtualSystem>
            <VirtualSystemCollection ovf:id="d"><Info>Inner</Info><VirtualSystem ovf:id="two"><Info>A machine</Info><VirtualHardwareSection>
                  <Info>Hardware</Info>
                  <System><vssd:ElementName>Family</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID><vssd:VirtualSystemType>vmx-13</vssd:VirtualSystemType></System>
                  <Item><rasd:ElementName>device 1</rasd:ElementName><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
                  <Item><rasd:ElementName>device 2</rasd:ElementName><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>64</rasd:VirtualQuantity></Item>
            </VirtualHardwareSection></VirtualSystem>
            </VirtualSystemCollection>
              </VirtualSystemCollection>
            </Envelope>
            """;

    /** The items of OVF 2.x. */
    static final String OVF_2 = """
            <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/2" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/2" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData" xmlns:vmw="http://www.vmware.com/schema/ovf" xmlns:sasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_StorageAllocationSettingData.xsd" xmlns:epasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_EthernetPortAllocationSettingData.xsd">
              <References><File ovf:id="f" ovf:href="a.vhd"/></References>
              <DiskSection><Info>Disks</Info><Disk ovf:diskId="d" ovf:fileRef="f" ovf:capacity="1" ovf:capacityAllocationUnits="byte * 2^20" ovf:format="http://technet.microsoft.com/en-us/library/bb676673.aspx#vhd"/></DiskSection>
              <NetworkSection><Info>Networks</Info><Network ovf:name="n"/></NetworkSection>
              <VirtualSystem ovf:id="vm"><Info>A machine</Info>
                <VirtualHardwareSection>
                  <Info>Hardware</Info>
                  <System><vssd:ElementName>Family</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID><vssd:VirtualSystemType>vmx-13</vssd:VirtualSystemType></System>
                  <Item><rasd:ElementName>device 1</rasd:ElementName><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
                  <Item><rasd:ElementName>device 2</rasd:ElementName><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>512</rasd:VirtualQuantity><rasd:AllocationUnits>byte * 10^6</rasd:AllocationUnits></Item>
                  <Item><rasd:ElementName>device 3</rasd:ElementName><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceType>6</rasd:ResourceType><rasd:Address>0</rasd:Address><rasd:ResourceSubType>lsilogic</rasd:ResourceSubType></Item>
                  <StorageItem><sasd:ElementName>device 4</sasd:ElementName><sasd:InstanceID>4</sasd:InstanceID><sasd:ResourceType>17</sasd:ResourceType><sasd:HostResource>ovf:/disk/d</sasd:HostResource><sasd:Parent>3</sasd:Parent><sasd:AddressOnParent>0</sasd:AddressOnParent></StorageItem>
                  <StorageItem><sasd:ElementName>device 5</sasd:ElementName><sasd:InstanceID>5</sasd:InstanceID><sasd:ResourceType>31</sasd:ResourceType><sasd:VirtualQuantity>3</sasd:VirtualQuantity><sasd:VirtualQuantityUnits>byte * 2^30</sasd:VirtualQuantityUnits><sasd:Parent>3</sasd:Parent></StorageItem>
                  <EthernetPortItem><epasd:ElementName>device 6</epasd:ElementName><epasd:InstanceID>6</epasd:InstanceID><epasd:ResourceType>10</epasd:ResourceType><epasd:Address>02:00:00:00:00:01</epasd:Address><epasd:Connection>n</epasd:Connection><epasd:ResourceSubType>E1000</epasd:ResourceSubType></EthernetPortItem>
                </VirtualHardwareSection>
              </VirtualSystem>
            </Envelope>
            """;

    /** As VirtualBox writes it. */
    static final String VIRTUALBOX = """
            <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData" xmlns:vmw="http://www.vmware.com/schema/ovf" xmlns:vbox="http://www.virtualbox.org/ovf/machine" ovf:version="1.0">
              <References><File ovf:id="file1" ovf:href="box-disk001.vmdk"/></References>
              <DiskSection><Info>Disks</Info><Disk ovf:capacity="1048576" ovf:diskId="vmdisk1" ovf:fileRef="file1" ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized" vbox:uuid="12"/>
                <Disk ovf:capacity="1048576" ovf:diskId="vmdisk2" ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/></DiskSection>
              <NetworkSection><Info>Networks</Info><Network ovf:name="NAT"><Description>d</Description></Network></NetworkSection>
              <VirtualSystem ovf:id="box"><Info>A machine</Info>
                <OperatingSystemSection ovf:id="96"><Info>System</Info><Description>Debian_64</Description><vbox:OSType ovf:required="false">Debian_64</vbox:OSType></OperatingSystemSection>
                <VirtualHardwareSection>
                  <Info>Hardware</Info>
                  <System><vssd:ElementName>Family</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID><vssd:VirtualSystemType>virtualbox-2.2</vssd:VirtualSystemType></System>
                  <Item><rasd:ElementName>device 1</rasd:ElementName><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
                  <Item><rasd:ElementName>device 2</rasd:ElementName><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>512</rasd:VirtualQuantity><rasd:AllocationUnits>MegaBytes</rasd:AllocationUnits></Item>
                  <Item><rasd:ElementName>device 3</rasd:ElementName><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceType>5</rasd:ResourceType><rasd:Address>0</rasd:Address><rasd:ResourceSubType>PIIX4</rasd:ResourceSubType></Item>
                  <Item><rasd:ElementName>device 4</rasd:ElementName><rasd:InstanceID>4</rasd:InstanceID><rasd:ResourceType>20</rasd:ResourceType><rasd:Address>0</rasd:Address><rasd:ResourceSubType>AHCI</rasd:ResourceSubType></Item>
                  <Item><rasd:ElementName>device 5</rasd:ElementName><rasd:InstanceID>5</rasd:InstanceID><rasd:ResourceType>17</rasd:ResourceType><rasd:HostResource>/disk/vmdisk1</rasd:HostResource><rasd:Parent>3</rasd:Parent><rasd:AddressOnParent>0</rasd:AddressOnParent></Item>
                  <Item><rasd:ElementName>device 6</rasd:ElementName><rasd:InstanceID>6</rasd:InstanceID><rasd:ResourceType>15</rasd:ResourceType><rasd:Parent>3</rasd:Parent><rasd:AddressOnParent>3</rasd:AddressOnParent></Item>
                  <Item><rasd:ElementName>device 7</rasd:ElementName><rasd:InstanceID>7</rasd:InstanceID><rasd:ResourceType>17</rasd:ResourceType><rasd:HostResource>/disk/vmdisk2</rasd:HostResource><rasd:Parent>4</rasd:Parent><rasd:AddressOnParent>0</rasd:AddressOnParent></Item>
                  <Item><rasd:ElementName>device 8</rasd:ElementName><rasd:InstanceID>8</rasd:InstanceID><rasd:ResourceType>10</rasd:ResourceType><rasd:AutomaticAllocation>true</rasd:AutomaticAllocation><rasd:Connection>NAT</rasd:Connection><rasd:ResourceSubType>E1000</rasd:ResourceSubType></Item>
                </VirtualHardwareSection>
                <vbox:Machine ovf:required="false" version="1.19-linux" uuid="{5b3ad2a4-7e11-4e57-a5a5-2d0e0c7a4f01}" name="box" OSType="Debian_64">
                  <ovf:Info>Complete machine configuration in VirtualBox format</ovf:Info>
                  <Hardware><Boot><Order position="2" device="DVD"/><Order position="1" device="HardDisk"/><Order position="3" device="None"/></Boot>
                    <Firmware type="EFI"/><BIOS><NVRAM path="box.nvram"><SecureBoot enabled="true"/></NVRAM></BIOS><RTC localOrUTC="local"/><TrustedPlatformModule type="v2_0"/>
                    <Network><Adapter slot="0" enabled="true" MACAddress="0800273CD6A4" type="82540EM"/><Adapter slot="1" enabled="false"/></Network></Hardware>
                </vbox:Machine>
              </VirtualSystem>
            </Envelope>
            """;

    private OvfSamples() {}
}
