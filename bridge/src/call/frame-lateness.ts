/** From so many milliseconds on a frame is late, and late by far. */
export const LATE_MS = 20;
export const VERY_LATE_MS = 40;

/** Two clocks may drift apart by 100 ppm; the measure follows at that pace, for each frame of 20 ms. */
const DRIFT_MS = 0.002;

/**
 * How late the caller's frames come: each carries its time since the stream began, so the frame with
 * the shortest way so far is the measure of the others.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages#media-message
 */
export class FrameLateness {
  #shortestMs = Infinity;

  /** @returns how much later a frame came than the earliest would have. */
  note(timestampMs: number, nowMs: number): number {
    const wayMs = nowMs - timestampMs;
    this.#shortestMs = Math.min(wayMs, this.#shortestMs + DRIFT_MS);
    return wayMs - this.#shortestMs;
  }
}
