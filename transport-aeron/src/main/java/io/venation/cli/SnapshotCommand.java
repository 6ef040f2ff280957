package io.venation.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code venation snapshot}. */
@Command(
        name = "snapshot",
        description = "Name what a store holds at a time, compare, restore and copy it to other stores.",
        subcommands = {
            SnapshotCreateCommand.class,
            SnapshotListCommand.class,
            SnapshotDiffCommand.class,
            SnapshotRestoreCommand.class,
            SnapshotSyncCommand.class
        })
public final class SnapshotCommand implements VenationCommand {
    @Spec
    private CommandSpec spec;

    /** For the command line. */
    public SnapshotCommand() {}

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "Missing command: one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
