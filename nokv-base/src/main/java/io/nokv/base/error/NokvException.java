package io.nokv.base.error;

import java.util.Objects;

/** A failure: one code from {@link FailureCode} and a sentence that names the offending thing. Immutable, unchecked. */
public class NokvException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FailureCode code;

    public NokvException(FailureCode code, String message) {
        this(code, message, null);
    }

    /** @param cause what lies below, or null */
    public NokvException(FailureCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    public FailureCode code() {
        return code;
    }

    /** Damage found in stored bytes: {@code file} and the byte {@code offset} where the broken unit starts. */
    public static NokvException corruption(String file, long offset, String what) {
        return new NokvException(FailureCode.CORRUPTION, file + " at offset " + offset + ": " + what);
    }

    public static NokvException invalid(String message) {
        return new NokvException(FailureCode.INVALID_ARGUMENT, message);
    }

    @Override
    public String toString() {
        return code + ": " + getMessage();
    }
}
