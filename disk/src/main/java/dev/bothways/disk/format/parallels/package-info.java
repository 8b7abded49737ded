/** The disks of Parallels Desktop, Virtuozzo and OpenVZ. Start with {@link dev.bothways.disk.format.parallels.ParallelsImage}. */
@NullMarked
package dev.bothways.disk.format.parallels;

import org.jspecify.annotations.NullMarked;
