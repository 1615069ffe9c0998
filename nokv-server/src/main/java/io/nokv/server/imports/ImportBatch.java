package io.nokv.server.imports;

import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Operation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;

/** Steps of one transaction, and what to do once it has happened. */
final class ImportBatch {
    /** Called with the result of its step. */
    interface Outcome {
        void happened(MutationResult result);
    }

    private final List<Operation> steps = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private long bytes;
    private final Set<SourceDirectory> directories = new LinkedHashSet<>();
    Future<List<MutationResult>> results;

    /** Returns the index of the step. @param outcome null when nobody needs the result */
    int add(Operation step, Outcome outcome) {
        steps.add(step);
        outcomes.add(outcome);
        bytes += switch (step) {
            case Mutation.Create create -> create.name().length() + targetBytes(create.inode());
            case Mutation.Link link -> link.name().length();
            default -> 0;
        };
        return steps.size() - 1;
    }

    /** Notes that a step changes the entries of {@code directory}. */
    void touches(SourceDirectory directory) {
        if (directories.add(directory)) {
            directory.outstanding++;
        }
    }

    boolean touched(SourceDirectory directory) {
        return directories.contains(directory);
    }

    private static long targetBytes(NewInode inode) {
        return inode.target() == null ? 0 : inode.target().length;
    }

    /** Of names and targets. */
    long bytes() {
        return bytes;
    }

    int size() {
        return steps.size();
    }

    List<Operation> steps() {
        return steps;
    }

    List<Outcome> outcomes() {
        return outcomes;
    }

    Set<SourceDirectory> directories() {
        return directories;
    }
}
