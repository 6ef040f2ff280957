package io.venation.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code HOST:PORT}; IPv6 addresses in brackets.
 *
 * @param host name or address, without brackets.
 * @param port 1..65535.
 */
record HostPort(String host, int port) {
    InetAddress address() {
        try {
            return InetAddress.getByName(host);
        } catch (final UnknownHostException e) {
            throw new CommandFailure(host + ": unknown host", e);
        }
    }

    /** Says that an open link proves integrity, not who is at the other end. */
    void warnUnauthenticated(final Console console) {
        warnUnauthenticated(console, "send");
    }

    /** The same of a link on which others can do something else. */
    void warnUnauthenticated(final Console console, final String what) {
        if (!address().isLoopbackAddress()) {
            console.error("warning: " + host
                    + " is not loopback and this link is unauthenticated: anyone who reaches the port can " + what);
        }
    }

    /** What a text says, or null where it is no {@code HOST:PORT}. */
    static HostPort orNull(final String text) {
        try {
            return new Converter().convert(text);
        } catch (final TypeConversionException e) {
            return null;
        }
    }

    /** Reads one from the command line. */
    static final class Converter implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(final String text) {
            final int colon = text.lastIndexOf(':');
            final String host = colon < 0 ? "" : text.substring(0, colon).replaceAll("^\\[|]$", "");
            final String port = text.substring(colon + 1);
            if (host.isEmpty() || !port.matches("\\d{1,5}")) {
                throw new TypeConversionException("must be HOST:PORT, not '" + text + "'");
            }
            final int number = Integer.parseInt(port);
            if (number < 1 || number > 65_535) {
                throw new TypeConversionException("port must be 1..65535, not " + number);
            }
            return new HostPort(host, number);
        }
    }
}
