package io.venation.cli;

import io.venation.aeron.ChannelProfile;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** {@code --mtu} of the commands that send over UDP. */
final class MtuOption {
    @Spec(Target.MIXEE)
    private CommandSpec spec;

    private int bytes;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "UDP datagram size, a multiple of 32; below 12,480 frames travel in fragments"
                    + " (default 62,400 on loopback, 1,440 elsewhere).")
    void set(final int value) {
        if (!ChannelProfile.isMtu(value)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--mtu=" + value + ": must be a multiple of 32 from " + ChannelProfile.MTU_MINIMUM + " to "
                            + ChannelProfile.MTU_LIMIT);
        }
        bytes = value;
    }

    /** Bytes, or 0 where the channel decides. */
    int bytes() {
        return bytes;
    }
}
