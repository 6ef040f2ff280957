/**
 * The {@code venation} command.
 *
 * <pre>
 *   argv ──► RawArguments ──► picocli ──► VenationCommand.call() ──► exit code 0, 1 (work failed), 2 (usage)
 *             (bytes kept)        │                 │
 *                                 └──► Console ◄────┘   standard output; errors are one line
 * </pre>
 *
 * <p>Names are text that carries any bytes ({@link io.venation.cli.RawText}): in every locale what came in as an
 * argument opens the file it names. Commands are found by {@code ServiceLoader}, so other modules add theirs.
 */
package io.venation.cli;
