package dev.bothways.disk.archive.xva;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Imports an XVA as XAPI does, strictly and from a stream: written after its documentation and that of tar and XXH64, apart from
 * the product's reader. Whatever XAPI would refuse is an {@link IllegalStateException}.
 */
final class XapiImport {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(64);
    private static final BigInteger[] PRIMES = {
        new BigInteger("11400714785074694791"),
        new BigInteger("14029467366897019727"),
        new BigInteger("1609587929392839161"),
        new BigInteger("9650029242287828579"),
        new BigInteger("2870177450012600261")
    };

    private final InputStream in;
    private String name = "";
    private byte[] content = new byte[0];
    private int firstChunk = -1;

    private XapiImport(InputStream in) {
        this.in = in;
    }

    /** What an import gives: the definition, and the bytes of each disk by folder. */
    record Imported(String definition, Map<String, byte[]> disks) {}

    /** Imports disks of these sizes. */
    static Imported of(InputStream in, SortedMap<String, Integer> sizes) {
        try {
            XapiImport run = new XapiImport(in);
            run.require(run.next() && run.name.equals("ova.xml"), "the first file is ova.xml");
            String definition = new String(run.content, StandardCharsets.UTF_8);
            TreeMap<String, byte[]> disks = new TreeMap<>();
            for (String folder : sizes.keySet()) {
                disks.put(folder, run.disk(folder, sizes.getOrDefault(folder, 0)));
            }
            run.require(!run.next(), "nothing is left");
            return new Imported(definition, disks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] disk(String folder, int size) throws IOException {
        ByteArrayOutputStream disk = new ByteArrayOutputStream();
        String last = "-1";
        while (disk.size() < size) {
            require(next(), "another chunk of " + folder);
            if (firstChunk < 0) {
                firstChunk = content.length;
            }
            require(name.startsWith(folder + "/"), name + " is in " + folder);
            String suffix = name.substring(folder.length() + 1);
            require(suffix.compareTo(last) > 0, suffix + " comes after " + last);
            int skipped = Integer.parseInt(suffix) - Integer.parseInt(last) - 1;
            disk.writeBytes(new byte[Math.multiplyExact(skipped, firstChunk)]);
            disk.writeBytes(content);
            String chunk = name;
            byte[] bytes = content;
            require(next(), "a checksum of " + chunk);
            String said = new String(content, StandardCharsets.US_ASCII);
            String expected = name.endsWith(".xxhash") ? xxh64(bytes) : sha1(bytes);
            require(name.equals(chunk + ".xxhash") || name.equals(chunk + ".checksum"), name + " is of " + chunk);
            require(said.equals(expected), "the checksum of " + chunk);
            last = suffix;
        }
        require(disk.size() == size, folder + " has " + size + " bytes and not " + disk.size());
        return disk.toByteArray();
    }

    private boolean next() throws IOException {
        byte[] header = in.readNBytes(512);
        if (Arrays.equals(header, new byte[512])) {
            require(Arrays.equals(in.readNBytes(512), new byte[512]), "two blocks end the archive");
            require(in.read() < 0, "nothing is behind the end");
            return false;
        }
        require(header.length == 512, "a whole header");
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        require(sum == octal(header, 148, 8), "the header's sum");
        require(text(header, 257, 6).equals("ustar"), "a header of POSIX");
        name = text(header, 0, 100);
        int size = octal(header, 124, 12);
        content = in.readNBytes(size);
        in.skipNBytes(Math.floorMod(-size, 512));
        return true;
    }

    private static String text(byte[] header, int at, int length) {
        int end = at;
        while (end < at + length && header[end] != 0) {
            end++;
        }
        return new String(header, at, end - at, StandardCharsets.US_ASCII);
    }

    private static int octal(byte[] header, int at, int length) {
        return Integer.parseInt(text(header, at, length).strip(), 8);
    }

    private void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("XAPI would miss: " + what);
        }
    }

    private static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** XXH64 with the seed 0, by the text of its specification and slowly. */
    static String xxh64(byte[] bytes) {
        int at = 0;
        BigInteger hash = PRIMES[4];
        if (bytes.length >= 32) {
            List<BigInteger> lanes = new ArrayList<>(
                    List.of(fold(PRIMES[0].add(PRIMES[1])), PRIMES[1], BigInteger.ZERO, fold(PRIMES[0].negate())));
            for (; at + 32 <= bytes.length; at += 32) {
                for (int lane = 0; lane < 4; lane++) {
                    lanes.set(lane, round(lanes.get(lane), little(bytes, at + lane * 8, 8)));
                }
            }
            hash = BigInteger.ZERO;
            int[] turns = {1, 7, 12, 18};
            for (int lane = 0; lane < 4; lane++) {
                hash = fold(hash.add(left(lanes.get(lane), turns[lane])));
            }
            for (BigInteger lane : lanes) {
                hash = fold(hash.xor(round(BigInteger.ZERO, lane))
                        .multiply(PRIMES[0])
                        .add(PRIMES[3]));
            }
        }
        hash = fold(hash.add(BigInteger.valueOf(bytes.length)));
        for (; at + 8 <= bytes.length; at += 8) {
            hash = hash.xor(round(BigInteger.ZERO, little(bytes, at, 8)));
            hash = fold(left(hash, 27).multiply(PRIMES[0]).add(PRIMES[3]));
        }
        for (; at + 4 <= bytes.length; at += 4) {
            hash = hash.xor(fold(little(bytes, at, 4).multiply(PRIMES[0])));
            hash = fold(left(hash, 23).multiply(PRIMES[1]).add(PRIMES[2]));
        }
        for (; at < bytes.length; at++) {
            hash = hash.xor(fold(little(bytes, at, 1).multiply(PRIMES[4])));
            hash = fold(left(hash, 11).multiply(PRIMES[0]));
        }
        hash = fold(hash.xor(hash.shiftRight(33)).multiply(PRIMES[1]));
        hash = fold(hash.xor(hash.shiftRight(29)).multiply(PRIMES[2]));
        return "%016X".formatted(hash.xor(hash.shiftRight(32)));
    }

    private static BigInteger round(BigInteger lane, BigInteger input) {
        return fold(left(fold(lane.add(input.multiply(PRIMES[1]))), 31).multiply(PRIMES[0]));
    }

    private static BigInteger left(BigInteger value, int turns) {
        return fold(value.shiftLeft(turns)).or(value.shiftRight(64 - turns));
    }

    private static BigInteger fold(BigInteger value) {
        return value.mod(MODULUS);
    }

    private static BigInteger little(byte[] bytes, int at, int length) {
        byte[] big = new byte[length];
        for (int i = 0; i < length; i++) {
            big[i] = bytes[at + length - 1 - i];
        }
        return new BigInteger(1, big);
    }
}
