package io.nokv.lsm;

import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is read from and written to tables: what {@link VirtualTime} takes for work. */
final class MovedBytes {
    private final AtomicLong moved = new AtomicLong();

    long soFar() {
        return moved.get();
    }

    private static Object pass(Object under, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(under, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** {@code under}, counted. */
    Vfs over(Vfs under) {
        InvocationHandler calls = (_, method, args) -> {
            Object result = pass(under, method, args);
            return method.getName().equals("open") && ((String) args[0]).endsWith(".sst")
                    ? over((VfsFile) result)
                    : result;
        };
        return (Vfs) Proxy.newProxyInstance(Vfs.class.getClassLoader(), new Class<?>[]{Vfs.class}, calls);
    }

    private VfsFile over(VfsFile under) {
        InvocationHandler calls = (_, method, args) -> {
            Object result = pass(under, method, args);
            if (method.getName().equals("read") || method.getName().equals("write")) {
                moved.addAndGet((Integer) result);
            }
            return result;
        };
        return (VfsFile) Proxy.newProxyInstance(Vfs.class.getClassLoader(), new Class<?>[]{VfsFile.class}, calls);
    }
}
