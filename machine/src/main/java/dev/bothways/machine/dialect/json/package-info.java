/** JSON as the dialects read it: a small tree with the lines of its values, read within bounds. */
@NullMarked
package dev.bothways.machine.dialect.json;

import org.jspecify.annotations.NullMarked;
