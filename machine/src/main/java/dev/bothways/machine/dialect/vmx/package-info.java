/** VMware's {@code .vmx} and the list of snapshots beside it, {@code .vmsd}. */
@NullMarked
package dev.bothways.machine.dialect.vmx;

import org.jspecify.annotations.NullMarked;
