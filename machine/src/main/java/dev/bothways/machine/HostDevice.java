package dev.bothways.machine;

/**
 * A device of the host given to the guest. It stays with its host: every conversion reports it as lost.
 *
 * @param kind {@code pci}, {@code usb}, {@code device-tree} ...
 * @param address which one, in the words of the dialect it was read from
 */
public record HostDevice(String kind, String address) {}
