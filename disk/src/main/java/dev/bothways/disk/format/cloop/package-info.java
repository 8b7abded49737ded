/** Compressed loopback devices, the disks of early live CDs. */
@NullMarked
package dev.bothways.disk.format.cloop;

import org.jspecify.annotations.NullMarked;
