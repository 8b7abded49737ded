package dev.bothways.filesystem.ext;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Unsigned little-endian fields of the on-disk structures. */
final class LittleEndian {
    private static final VarHandle U16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    static int u8(byte[] bytes, int at) {
        return bytes[at] & 0xff;
    }

    static int u16(byte[] bytes, int at) {
        return (short) U16.get(bytes, at) & 0xffff;
    }

    static int s32(byte[] bytes, int at) {
        return (int) U32.get(bytes, at);
    }

    static long u32(byte[] bytes, int at) {
        return (int) U32.get(bytes, at) & 0xffff_ffffL;
    }

    static long s64(byte[] bytes, int at) {
        return (long) U64.get(bytes, at);
    }

    static void put16(byte[] bytes, int at, int value) {
        U16.set(bytes, at, (short) value);
    }

    static void put32(byte[] bytes, int at, long value) {
        U32.set(bytes, at, (int) value);
    }

    static byte[] bytes32(long value) {
        byte[] bytes = new byte[4];
        put32(bytes, 0, value);
        return bytes;
    }

    static byte[] bytes64(long value) {
        byte[] bytes = new byte[8];
        U64.set(bytes, 0, value);
        return bytes;
    }
}
