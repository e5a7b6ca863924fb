package dev.nettest.internal.link;

/** The view that links have of the traffic of their network. */
public interface LinkTraffic {

    /**
     * A link has changed. Called without a lock.
     *
     * @param link its sides, or all links
     * @param change what changed, for a reader
     */
    void onLinkChange(String link, String change);

    /** The traffic that {@code direction}, which is held or partitioned, stops now. */
    Backlog backlog(LinkDirectionImpl direction);
}
