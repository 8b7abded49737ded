/**
 * XML as the dialects read and write it: a small tree, read with no document type and no entity, within bounds, and written
 * so that people can edit it.
 */
@NullMarked
package dev.bothways.machine.dialect.xml;

import org.jspecify.annotations.NullMarked;
