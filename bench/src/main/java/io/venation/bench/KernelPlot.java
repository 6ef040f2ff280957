package io.venation.bench;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * GB/s by mechanism and peer as horizontal bars in SVG, one group for each algorithm, all on one scale; a whisker goes
 * from the slowest to the fastest iteration. Written with the JDK's XML writer, because chart libraries measure text
 * with AWT, which needs fonts that a server may lack.
 */
final class KernelPlot {
    private static final int WIDTH = 900;
    private static final int MARGIN = 16;
    private static final int BAR_X = 250;
    private static final int BAR_WIDTH = 540;
    private static final int BAR_HEIGHT = 12;
    private static final int ROW_HEIGHT = 18;
    private static final int GROUP_GAP = 28;
    private static final int HEAD_HEIGHT = 62;
    private static final int FOOT_HEIGHT = 30;
    private static final int TICKS = 5;

    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter xml;
    private final List<KernelFigure> figures;
    private final double scaleGbPerS;

    private KernelPlot(final List<KernelFigure> figures) throws XMLStreamException {
        this.figures = figures;
        xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
        final double fastest =
                figures.stream().mapToDouble(KernelFigure::gbPerSMax).max().orElse(0);
        scaleGbPerS = roundUp(fastest);
    }

    /** The plot of one or more figures. */
    static String svg(final List<KernelFigure> figures) {
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("figures=[]: nothing to plot");
        }
        try {
            final KernelPlot plot = new KernelPlot(figures);
            plot.write();
            return plot.text.toString();
        } catch (final XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next of 1, 2, 2.5, 5 and 10 times a power of ten: its ticks are round. */
    private static double roundUp(final double value) {
        final double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (final double step : new double[] {1, 2, 2.5, 5}) {
            if (value <= step * power) {
                return step * power;
            }
        }
        return 10 * power;
    }

    private void write() throws XMLStreamException {
        final List<String> algorithms =
                figures.stream().map(KernelFigure::algorithm).distinct().toList();
        final int height = HEAD_HEIGHT + algorithms.size() * GROUP_GAP + figures.size() * ROW_HEIGHT + FOOT_HEIGHT;
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("svg");
        xml.writeDefaultNamespace("http://www.w3.org/2000/svg");
        xml.writeAttribute("viewBox", "0 0 " + WIDTH + ' ' + height);
        xml.writeAttribute("font-family", "sans-serif");
        xml.writeAttribute("font-size", "11");
        rectangle(0, 0, WIDTH, height, "#ffffff");
        text(MARGIN, 24, "start", "16", "GB/s on one core, by mechanism and peer");
        text(MARGIN, 42, "start", "11", figures.getFirst().machine());
        for (int tick = 0; tick <= TICKS; tick++) {
            final double gbPerS = scaleGbPerS * tick / TICKS;
            line(x(gbPerS), HEAD_HEIGHT - 4, x(gbPerS), height - FOOT_HEIGHT + 4, "#dddddd");
            text(x(gbPerS), height - FOOT_HEIGHT + 18, "middle", "11", number(gbPerS));
        }
        double y = HEAD_HEIGHT;
        for (final String algorithm : algorithms) {
            y += GROUP_GAP;
            text(MARGIN, y - 8, "start", "13", algorithm);
            for (final KernelFigure figure : figures) {
                if (figure.algorithm().equals(algorithm)) {
                    bar(figure, y);
                    y += ROW_HEIGHT;
                }
            }
        }
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void bar(final KernelFigure figure, final double y) throws XMLStreamException {
        final double baseline = y + BAR_HEIGHT - 2;
        final double middle = y + BAR_HEIGHT / 2.0;
        text(BAR_X - 8, baseline, "end", "11", label(figure));
        rectangle(BAR_X, y, x(figure.gbPerS()) - BAR_X, BAR_HEIGHT, colour(figure.mechanism()));
        line(x(figure.gbPerSMin()), middle, x(figure.gbPerSMax()), middle, "#000000");
        text(x(figure.gbPerSMax()) + 6, baseline, "start", "11", String.format(Locale.ROOT, "%.2f", figure.gbPerS()));
    }

    /** How a figure is named in the plot. */
    static String label(final KernelFigure figure) {
        final List<String> words = new ArrayList<>(List.of(figure.mechanism()));
        if (!figure.isa().equals("-")) {
            words.add(figure.isa());
        }
        if (figure.batch() > 1) {
            words.add("× " + figure.batch());
        }
        return String.join(" ", words);
    }

    private static String colour(final String mechanism) {
        return switch (mechanism) {
            case "native" -> "#1b6ca8";
            case "vector" -> "#3fa34d";
            case "scalar" -> "#e0a030";
            default -> "#999999";
        };
    }

    private double x(final double gbPerS) {
        return BAR_X + BAR_WIDTH * gbPerS / scaleGbPerS;
    }

    private void rectangle(final double x, final double y, final double width, final double height, final String colour)
            throws XMLStreamException {
        xml.writeEmptyElement("rect");
        xml.writeAttribute("x", number(x));
        xml.writeAttribute("y", number(y));
        xml.writeAttribute("width", number(width));
        xml.writeAttribute("height", number(height));
        xml.writeAttribute("fill", colour);
    }

    private void line(final double x1, final double y1, final double x2, final double y2, final String colour)
            throws XMLStreamException {
        xml.writeEmptyElement("line");
        xml.writeAttribute("x1", number(x1));
        xml.writeAttribute("y1", number(y1));
        xml.writeAttribute("x2", number(x2));
        xml.writeAttribute("y2", number(y2));
        xml.writeAttribute("stroke", colour);
    }

    private void text(final double x, final double y, final String anchor, final String size, final String words)
            throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeStartElement("text");
        xml.writeAttribute("x", number(x));
        xml.writeAttribute("y", number(y));
        xml.writeAttribute("text-anchor", anchor);
        xml.writeAttribute("font-size", size);
        xml.writeCharacters(words);
        xml.writeEndElement();
    }

    /** At most two decimals, none that are zero. */
    private static String number(final double value) {
        return String.format(Locale.ROOT, "%.2f", value).replaceFirst("\\.?0+$", "");
    }
}
