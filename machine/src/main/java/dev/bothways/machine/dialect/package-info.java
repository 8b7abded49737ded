/** The file formats that hold a definition, a package each. */
@NullMarked
package dev.bothways.machine.dialect;

import org.jspecify.annotations.NullMarked;
