/** XML inside images and archives, read as what it is: from outside. */
@NullMarked
package dev.bothways.disk.format.xml;

import org.jspecify.annotations.NullMarked;
