/**
 * Virtual disks: the bytes a machine sees, wherever they lie.
 *
 * <p>Start with {@link dev.bothways.disk.VirtualDisk}, the contract that every disk keeps, and
 * {@link dev.bothways.disk.Extent}, the runs it is made of. {@link dev.bothways.disk.HostFile} is the only way to the
 * files underneath. Disk image formats live one package each under {@code format}.
 */
@NullMarked
package dev.bothways.disk;

import org.jspecify.annotations.NullMarked;
