/**
 * Partition tables: which part of a disk is which volume. Start with {@link
 * dev.bothways.filesystem.partition.PartitionTable#read}, which tells a table from a file system that fills the whole disk,
 * or with {@link dev.bothways.filesystem.partition.MbrTable#layOut} and {@link
 * dev.bothways.filesystem.partition.GptTable#layOut}, which place new partitions.
 */
@NullMarked
package dev.bothways.filesystem.partition;

import org.jspecify.annotations.NullMarked;
