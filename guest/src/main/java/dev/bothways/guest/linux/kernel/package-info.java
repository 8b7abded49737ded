/** What a kernel can do: its image, its configuration, its modules. Start with {@link dev.bothways.guest.linux.kernel.Kernels}. */
@NullMarked
package dev.bothways.guest.linux.kernel;

import org.jspecify.annotations.NullMarked;
