package io.venation.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code venation store}. */
@Command(
        name = "store",
        description = "Keep files and trees in a store of frames, each frame once, found by its root.",
        subcommands = {
            StorePutCommand.class,
            StoreGetCommand.class,
            StoreCatCommand.class,
            StoreLsCommand.class,
            StoreStatCommand.class,
            StoreRmCommand.class,
            StoreVerifyCommand.class,
            StoreSweepCommand.class,
            StoreServeCommand.class
        })
public final class StoreCommand implements VenationCommand {
    @Spec
    private CommandSpec spec;

    /** For the command line. */
    public StoreCommand() {}

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "Missing command: one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
