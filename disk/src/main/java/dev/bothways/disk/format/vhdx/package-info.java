/** VHDX, Hyper-V's disk format since 2012. Start with {@link dev.bothways.disk.format.vhdx.VhdxImage}. */
@NullMarked
package dev.bothways.disk.format.vhdx;

import org.jspecify.annotations.NullMarked;
