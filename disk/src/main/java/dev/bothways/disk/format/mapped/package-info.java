/**
 * What formats share that map guest ranges to file ranges: the map's contract and the disk that reads by it, tables read
 * page by page, sector bitmaps, and the search for the files that an image names.
 *
 * <p>For the formats' own use; programs open images through the formats.
 */
@NullMarked
package dev.bothways.disk.format.mapped;

import org.jspecify.annotations.NullMarked;
