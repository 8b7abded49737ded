/** qcow2, QEMU's disk format since 2008. Start with {@link dev.bothways.disk.format.qcow2.Qcow2Image}. */
@NullMarked
package dev.bothways.disk.format.qcow2;

import org.jspecify.annotations.NullMarked;
