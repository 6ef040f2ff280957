package io.venation.bench;

import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.HdrHistogram.Histogram;

/** Latency by percentile in SVG: both axes logarithmic, the percentile by its distance from 100. */
final class PercentilePlot {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 460;
    private static final int LEFT = 70;
    private static final int TOP = 60;
    private static final int PLOT_WIDTH = 800;
    private static final int PLOT_HEIGHT = 350;
    /** 0, 90, 99, 99.9, 99.99 and 99.999 per cent. */
    private static final int NINES = 5;

    private static final int STEPS = 200;
    private static final String[] COLOURS = {"#999999", "#1b6ca8", "#3fa34d", "#e0a030"};

    private final XMLStreamWriter xml;
    private final double minimumDecade;
    private final double decades;

    private PercentilePlot(final XMLStreamWriter xml, final Map<String, Histogram> histograms) {
        this.xml = xml;
        final double minimum = histograms.values().stream()
                .mapToLong(Histogram::getMinNonZeroValue)
                .min()
                .orElse(1);
        final double maximum = histograms.values().stream()
                .mapToLong(Histogram::getMaxValue)
                .max()
                .orElse(1);
        minimumDecade = Math.floor(Math.log10(minimum));
        decades = Math.max(1, Math.ceil(Math.log10(Math.max(10, maximum))) - minimumDecade);
    }

    /** The plot of one or more histograms of nanoseconds. */
    static String svg(final String machine, final Map<String, Histogram> histograms) {
        try {
            final StringWriter text = new StringWriter();
            final XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            new PercentilePlot(xml, histograms).write(machine, histograms);
            return text.toString();
        } catch (final XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(final String machine, final Map<String, Histogram> histograms) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("svg");
        xml.writeDefaultNamespace("http://www.w3.org/2000/svg");
        xml.writeAttribute("viewBox", "0 0 " + WIDTH + ' ' + HEIGHT);
        xml.writeAttribute("font-family", "sans-serif");
        xml.writeAttribute("font-size", "11");
        text(LEFT, 24, "start", "#000000", "Microseconds by percentile");
        text(LEFT, 42, "start", "#000000", machine);
        for (int nines = 0; nines <= NINES; nines++) {
            final double x = LEFT + (double) PLOT_WIDTH * nines / NINES;
            line(x, TOP, x, TOP + PLOT_HEIGHT);
            text(x, TOP + PLOT_HEIGHT + 18, "middle", "#000000", percentile(nines));
        }
        for (int decade = 0; decade <= decades; decade++) {
            final double y = TOP + PLOT_HEIGHT * (1 - decade / decades);
            line(LEFT, y, LEFT + PLOT_WIDTH, y);
            final double micros = Math.pow(10, minimumDecade + decade) / TimeUnit.MICROSECONDS.toNanos(1);
            text(LEFT - 6, y + 4, "end", "#000000", String.format(Locale.ROOT, "%,.4g", micros));
        }
        int series = 0;
        for (final Map.Entry<String, Histogram> entry : histograms.entrySet()) {
            final String colour = COLOURS[series % COLOURS.length];
            xml.writeEmptyElement("polyline");
            xml.writeAttribute("fill", "none");
            xml.writeAttribute("stroke", colour);
            xml.writeAttribute("stroke-width", "2");
            xml.writeAttribute("points", points(entry.getValue()));
            text(LEFT + 140.0 * series, HEIGHT - 12, "start", colour, entry.getKey());
            series++;
        }
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private static String percentile(final int nines) {
        return nines < 2 ? nines * 90 + " %" : "99" + (nines == 2 ? "" : '.' + "9".repeat(nines - 2)) + " %";
    }

    private String points(final Histogram histogram) {
        return IntStream.rangeClosed(0, STEPS)
                .mapToObj(step -> {
                    final double share = (double) step / STEPS;
                    final double percentile = 100 * (1 - Math.pow(10, -NINES * share));
                    final double decade = Math.log10(Math.max(1, histogram.getValueAtPercentile(percentile)));
                    final double y = TOP + PLOT_HEIGHT * (1 - (decade - minimumDecade) / decades);
                    return String.format(Locale.ROOT, "%.1f,%.1f", LEFT + PLOT_WIDTH * share, y);
                })
                .collect(Collectors.joining(" "));
    }

    private void line(final double x1, final double y1, final double x2, final double y2) throws XMLStreamException {
        xml.writeEmptyElement("line");
        xml.writeAttribute("x1", Double.toString(x1));
        xml.writeAttribute("y1", Double.toString(y1));
        xml.writeAttribute("x2", Double.toString(x2));
        xml.writeAttribute("y2", Double.toString(y2));
        xml.writeAttribute("stroke", "#dddddd");
    }

    private void text(final double x, final double y, final String anchor, final String colour, final String text)
            throws XMLStreamException {
        xml.writeStartElement("text");
        xml.writeAttribute("x", Double.toString(x));
        xml.writeAttribute("y", Double.toString(y));
        xml.writeAttribute("text-anchor", anchor);
        xml.writeAttribute("fill", colour);
        xml.writeCharacters(text);
        xml.writeEndElement();
    }
}
