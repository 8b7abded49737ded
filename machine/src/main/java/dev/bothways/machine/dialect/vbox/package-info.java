/** VirtualBox's {@code .vbox}. */
@NullMarked
package dev.bothways.machine.dialect.vbox;

import org.jspecify.annotations.NullMarked;
