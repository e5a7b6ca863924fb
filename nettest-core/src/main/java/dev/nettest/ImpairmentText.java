package dev.nettest;

import dev.nettest.Impairment.Oversize;
import dev.nettest.internal.util.TcText;
import java.util.Locale;
import java.util.StringJoiner;

/** The text of an {@link Impairment}, as {@code tc} writes it. */
final class ImpairmentText {

    private ImpairmentText() {}

    static String of(Impairment impairment) {
        StringJoiner text = new StringJoiner(" ");
        if (!impairment.latency().isZero() || !impairment.jitter().isZero()) {
            text.add("delay " + TcText.time(impairment.latency()));
            if (!impairment.jitter().isZero()) {
                text.add(TcText.time(impairment.jitter()));
                text.add("distribution " + impairment.distribution().name().toLowerCase(Locale.ROOT));
            }
        }
        if (impairment.rate() > 0) {
            text.add("rate " + TcText.rate(impairment.rate()) + (impairment.countsHeaders() ? " with headers" : ""));
        }
        if (impairment.mtu() > 0) {
            Oversize oversize = impairment.oversize();
            text.add("mtu " + impairment.mtu() + (oversize == Oversize.FRAGMENT ? "" : " " + oversize));
        }
        addLoss(text, impairment);
        addIf(text, "duplicate ", impairment.duplicate());
        addIf(text, "reorder ", impairment.reorder());
        addIf(text, "corrupt ", impairment.corrupt());
        return text.length() == 0 ? "none" : text.toString();
    }

    private static void addLoss(StringJoiner text, Impairment impairment) {
        if (impairment.goodToBad() > 0) {
            text.add("loss gemodel");
            text.add(TcText.percent(impairment.goodToBad()));
            text.add(TcText.percent(impairment.badToGood()));
            text.add(TcText.percent(impairment.lossInBad()));
            text.add(TcText.percent(impairment.lossInGood()));
        } else {
            addIf(text, "loss ", impairment.lossInGood());
        }
    }

    private static void addIf(StringJoiner text, String name, double probability) {
        if (probability > 0) {
            text.add(name + TcText.percent(probability));
        }
    }
}
