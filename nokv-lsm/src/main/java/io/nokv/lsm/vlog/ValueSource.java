package io.nokv.lsm.vlog;

/** Gets the values that pointers point to. Thread-safe. */
public interface ValueSource {
    /** The value behind the encoded pointer; the array is the caller's. CORRUPTION, by file and offset, unless it checks. */
    byte[] read(byte[] pointerArray, int at, int length);
}
