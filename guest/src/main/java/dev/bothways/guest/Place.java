package dev.bothways.guest;

/**
 * Where a guest's path leads to once links and mounts are followed.
 *
 * @param volume the volume; it has a file system
 * @param path absolute within that file system, without links
 */
public record Place(Volume volume, String path) {}
