package io.venation.bench;

import io.venation.cli.VenationCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code venation bench}. */
@Command(
        name = "bench",
        description = "Measure this machine.",
        subcommands = {
            BenchKernelsCommand.class,
            BenchPlotCommand.class,
            BenchScalingCommand.class,
            BenchReplicateCommand.class,
            BenchIpcCommand.class,
            BenchUdpCommand.class,
            BenchRingCommand.class,
            BenchLatencyCommand.class,
            BenchTreeCommand.class,
            BenchStoreCommand.class,
            BenchSyncCommand.class,
            BenchGuardCommand.class
        })
public final class BenchCommand implements VenationCommand {
    @Spec
    private CommandSpec spec;

    /** For the command line. */
    public BenchCommand() {}

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "Missing command: one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
