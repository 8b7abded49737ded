/** Virtual disks as a library: open an image of any hypervisor, read it as its guest would, make another one of it. */
module dev.bothways.disk {
    requires aircompressor.v3;
    requires java.xml;
    requires static transitive org.jspecify;

    exports dev.bothways.disk;
    exports dev.bothways.disk.archive;
    exports dev.bothways.disk.archive.xva;
    exports dev.bothways.disk.archive.vma;
}
