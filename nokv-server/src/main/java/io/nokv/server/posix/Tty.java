package io.nokv.server.posix;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** Asks the C library whether a file descriptor is a terminal; {@code Console} cannot tell input from output. */
public final class Tty {
    private Tty() {}

    /** False also where the C library cannot be asked. */
    @SuppressWarnings("restricted")
    public static boolean isTerminal(int fileDescriptor) {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> symbol = linker.defaultLookup().find("isatty");
        if (symbol.isEmpty()) {
            return false;
        }
        MethodHandle isatty = linker.downcallHandle(symbol.get(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try {
            return (int) isatty.invokeExact(fileDescriptor) == 1;
        } catch (Throwable e) {
            return false;
        }
    }
}
