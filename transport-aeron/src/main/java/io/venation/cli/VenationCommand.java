package io.venation.cli;

import java.util.concurrent.Callable;

/**
 * A subcommand: a public class with picocli's {@code @Command} and a public constructor without arguments, named in
 * {@code META-INF/services/io.venation.cli.VenationCommand}.
 *
 * <p>{@code call()} returns 0 where the work is done and 1 where it failed and that has been said; it throws
 * {@link CommandFailure}, or picocli's {@code ParameterException} for a usage error. It prints through
 * {@link Console#of}. Parameters of type {@link java.nio.file.Path} and {@link String} carry any bytes, see
 * {@link RawText}.
 */
public interface VenationCommand extends Callable<Integer> {}
