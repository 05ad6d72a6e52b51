const WINDOW_MS = 10_000;

/**
 * Puts the timestamps of a stream on the clock of this process: the frame that was delayed least
 * says how they lie to each other, so that one that comes late still gets the moment it belongs to.
 * Only the last 10 to 20 seconds count, because two clocks drift.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages#media-message
 */
export class StreamClock {
  #least = Infinity;
  #leastBefore = Infinity;
  #windowEndsAtMs = -Infinity;

  /**
   * When a frame came, or would have come if nothing had delayed it.
   * @param timestampMs since the stream began; a platform that gives none is taken at its frames' coming.
   * @param nowMs a monotonic clock.
   */
  arrivalOf(timestampMs: number | undefined, nowMs: number): number {
    if (timestampMs === undefined) return nowMs;
    if (nowMs >= this.#windowEndsAtMs) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#windowEndsAtMs = nowMs + WINDOW_MS;
    }
    this.#least = Math.min(this.#least, nowMs - timestampMs);
    return timestampMs + Math.min(this.#least, this.#leastBefore);
  }
}
