/** From so many milliseconds on a frame is late, and late by far. */
export const LATE_MS = 20;
export const VERY_LATE_MS = 40;

/** Two clocks may drift apart by 100 ppm; the measure follows at that pace, for each frame of 20 ms. */
const DRIFT_US = 2;

/**
 * How late the caller's frames come: each carries its time since the stream began, so the frame with
 * the shortest way so far is the measure of the others.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages#media-message
 */
export class FrameLateness {
  /** In whole microseconds, as 32 bits: only differences count, and V8 keeps no number beside the object. */
  #shortestUs = 0;
  #isFirst = true;

  /** @returns how much later a frame came than the earliest would have. */
  note(timestampMs: number, nowMs: number): number {
    const wayUs = Math.round((nowMs - timestampMs) * 1_000) | 0;
    const shortestUs = (this.#shortestUs + DRIFT_US) | 0;
    const lateUs = (wayUs - shortestUs) | 0;
    if (this.#isFirst || lateUs < 0) {
      this.#isFirst = false;
      this.#shortestUs = wayUs;
      return 0;
    }
    this.#shortestUs = shortestUs;
    return lateUs / 1_000;
  }
}
