package dev.bothways.machine.dialect;

import dev.bothways.machine.Machine;

/**
 * An earlier state of a machine that its hypervisor keeps beside the present one.
 *
 * @param id by what the hypervisor knows it; the name where it knows it by nothing else
 * @param name what people call it; need not be unique
 * @param machine the machine as it was, its media those of that state
 */
public record Snapshot(String id, String name, Machine machine) {}
