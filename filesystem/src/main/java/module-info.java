/** Partition tables and file systems inside a virtual disk, without mounting it. */
module dev.bothways.filesystem {
    requires transitive dev.bothways.disk;
    requires static transitive org.jspecify;

    exports dev.bothways.filesystem;
    exports dev.bothways.filesystem.ext;
    exports dev.bothways.filesystem.partition;
}
