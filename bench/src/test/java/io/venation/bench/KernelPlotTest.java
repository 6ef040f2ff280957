package io.venation.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The plot is well-formed and shows each figure once, to scale. */
final class KernelPlotTest {
    private static final List<KernelFigure> FIGURES = List.of(
            figure("blake3", "native", "avx512", 16, 8),
            figure("blake3", "native", "avx512", 1, 4),
            figure("blake3", "peer:a<b>&c", "-", 1, 2),
            figure("sha3", "vector", "256", 16, 1),
            figure("sha3", "scalar", "-", 16, 0.25));

    private static KernelFigure figure(
            final String algorithm, final String mechanism, final String isa, final int batch, final double gbPerS) {
        return new KernelFigure(
                "some machine",
                algorithm,
                mechanism,
                isa,
                batch,
                gbPerS,
                gbPerS / 2,
                gbPerS * 1.25,
                5,
                12_288 / gbPerS,
                0);
    }

    @Test
    void shouldShowEveryFigure() throws Exception {
        final Document plot = parse(KernelPlot.svg(FIGURES));
        final List<String> texts = new ArrayList<>();
        final NodeList elements = plot.getElementsByTagName("text");
        for (int i = 0; i < elements.getLength(); i++) {
            texts.add(elements.item(i).getTextContent());
        }
        final Set<String> expected = new HashSet<>(Set.of("some machine", "blake3", "sha3"));
        for (final KernelFigure figure : FIGURES) {
            expected.add(KernelPlot.label(figure));
        }
        assertEquals(3 + FIGURES.size(), expected.size(), "labels tell the figures apart");
        assertTrue(texts.containsAll(expected), () -> expected + " not all in " + texts);
        assertTrue(texts.containsAll(List.of("8.00", "4.00", "2.00", "1.00", "0.25")), texts::toString);
    }

    @Test
    void shouldDrawBarsToScale() throws Exception {
        final NodeList rectangles = parse(KernelPlot.svg(FIGURES)).getElementsByTagName("rect");
        assertEquals(1 + FIGURES.size(), rectangles.getLength(), "background and one bar a figure");
        final double unit = width(rectangles, 1) / FIGURES.getFirst().gbPerS();
        for (int i = 0; i < FIGURES.size(); i++) {
            assertEquals(
                    unit * FIGURES.get(i).gbPerS(),
                    width(rectangles, 1 + i),
                    0.01,
                    FIGURES.get(i).toString());
        }
    }

    @Test
    void shouldReadBackWhatJsonSays() {
        for (final KernelFigure figure : FIGURES) {
            assertEquals(figure, KernelFigure.of(figure.toMap()));
        }
        assertThrows(IllegalArgumentException.class, () -> KernelFigure.of(List.of()));
    }

    @Test
    void shouldHoldKernelsAgainstTheirPeers() {
        final List<KernelFigure> figures = List.of(
                figure("blake3", "native", "avx512", 16, 6),
                figure("blake3", "native", "avx512", 1, 3),
                figure("blake3", "peer:official-c@12288", "-", 1, 2),
                figure("blake3", "peer:official-c@1048576", "-", 1, 4),
                figure("r96", "native", "avx512", 16, 3),
                figure("r96", "scalar", "-", 16, 1),
                figure("r96", "peer:table-256", "-", 1, 1.5),
                figure("seal", "native", "avx512", 16, 1.8),
                figure("sha3", "native", "avx512", 16, 2));
        final String table = String.join("\n", KernelRatios.table(figures));
        for (final String row : List.of(
                "blake3 native avx512 × 16 6.000 3.00 ≥ 4.0 peer:official-c@12288, 2.000 GB/s",
                "blake3 native avx512 × 16 6.000 1.50 ≥ 1.5 peer:official-c at its best",
                "blake3 native avx512 3.000 1.50 ≥ 1.6 peer:official-c@12288",
                "r96 native avx512 × 16 3.000 2.00 ≥ 3.5 the best scalar table: peer:table-256, 1.500 GB/s",
                "seal native avx512 × 16 1.800 0.90 ≥ 0.9 1/(1/BLAKE3 + 1/R96), 2.000 GB/s",
                "sha3 native avx512 × 16 2.000 - ≥ 1.0 peer:xkcp-times8, absent")) {
            assertTrue(table.replaceAll(" +", " ").contains(row), () -> row + " is not in\n" + table);
        }
    }

    private static double width(final NodeList rectangles, final int index) {
        return Double.parseDouble(((Element) rectangles.item(index)).getAttribute("width"));
    }

    private static Document parse(final String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}
