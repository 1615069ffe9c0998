package io.nokv.lsm.vlog;

import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.file.NumberedFiles;
import io.nokv.lsm.file.OpenFiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** The value files of one directory: names, a bounded number of open files, and what was counted. Thread-safe. */
public final class ValueLog implements AutoCloseable {
    private static final String SUFFIX = ".vlog";

    private final Vfs vfs;
    private final String directory;
    private final EngineOptions.Values options;
    private final NumberedFiles named;
    private final OpenFiles files;
    final LongAdder valuesWritten = new LongAdder();
    final LongAdder bytesWritten = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();

    public ValueLog(Vfs vfs, String directory, EngineOptions.Values options, int openFileLimit) {
        this.vfs = vfs;
        this.directory = directory;
        this.options = options;
        this.named = new NumberedFiles(vfs, directory, SUFFIX, "value file");
        this.files = new OpenFiles(vfs, openFileLimit);
    }

    EngineOptions.Values options() {
        return options;
    }

    OpenFiles files() {
        return files;
    }

    public String path(long number) {
        return named.path(number);
    }

    /** File number to name of all value files in the directory, whether in use or not. */
    public TreeMap<Long, String> present() {
        return named.present();
    }

    /** CORRUPTION unless the file is there and as long as it was written. */
    public void checkPresent(ValueFileMeta meta) {
        named.check(meta.number(), meta.bytes());
    }

    /** Begins the value file {@code number}, which must not exist. */
    ValueFileWriter create(long number, Family family, int generation) {
        return new ValueFileWriter(vfs.open(path(number), Vfs.Mode.CREATE_NEW), number, family, generation);
    }

    void syncNames() {
        vfs.syncDir(directory);
    }

    /** Deletes a value file that no version names any more. */
    public void delete(long number) {
        files.forget(path(number));
        vfs.delete(path(number));
    }

    /** Reads values of the tables of one version, whose value files are {@code set}; for as long as that is held. */
    public ValueSource source(ValueFileSet set) {
        return (array, at, length) -> read(set, ValuePointer.decode(array, at, length));
    }

    private byte[] read(ValueFileSet set, ValuePointer pointer) {
        ValueFileHandle file = set.file(pointer.origin());
        if (file == null) {
            throw NokvException.corruption(path(pointer.origin()), pointer.offset(),
                    "a pointer to a value file that is not there");
        }
        byte[] value = file.reader(this).read(pointer);
        reads.increment();
        bytesRead.add(pointer.recordBytes());
        return value;
    }

    /** Puts the values of the encoded {@code pointers} that are not null into {@code values}, read in the order of the files. */
    public void readAll(ValueFileSet set, byte[][] pointers, byte[][] values) {
        record Wanted(int index, ValuePointer pointer, long file, long place) {}
        List<Wanted> wanted = new ArrayList<>();
        for (int i = 0; i < pointers.length; i++) {
            if (pointers[i] != null) {
                ValuePointer pointer = ValuePointer.decode(pointers[i], 0, pointers[i].length);
                ValueFileHandle file = set.file(pointer.origin());
                wanted.add(file == null
                        ? new Wanted(i, pointer, pointer.origin(), pointer.offset())
                        : new Wanted(i, pointer, file.meta().number(), file.reader(this).place(pointer)));
            }
        }
        wanted.sort(Comparator.comparingLong(Wanted::file).thenComparingLong(Wanted::place));
        wanted.forEach(w -> values[w.index] = read(set, w.pointer));
    }

    /** Reads every byte of {@code file} from the disk; CORRUPTION, by name and offset, unless all of it is as it was written. */
    public void verify(ValueFileMeta file) {
        ValueFileReader.open(this, file).verify();
    }

    /** Counters since opening. */
    public Counters counters() {
        return new Counters(valuesWritten.sum(), bytesWritten.sum(), reads.sum(), bytesRead.sum(), files.count());
    }

    /**
     * @param valuesWritten values that flushes and compactions took out of their entries; moved ones are not among them
     * @param bytesWritten bytes of the files this made
     */
    public record Counters(long valuesWritten, long bytesWritten, long reads, long bytesRead, long openFiles) {}

    /** Closes all files; values cannot be read any more. */
    @Override
    public void close() {
        files.close();
    }
}
