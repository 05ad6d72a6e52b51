/** How much of the time the event loop works: all that is neither its poll nor a sleep between two turns. */
export class WorkShare {
  #usage = performance.eventLoopUtilization();
  #sinceMs: number;
  #sleptMs = 0;

  /** @param nowMs on the clock of `performance.now()`, as all moments here. */
  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** A sleep between two turns, which Node takes for work. */
  noteSleep(ms: number): void {
    this.#sleptMs += ms;
  }

  /** How long the share has been counted. */
  countedMs(nowMs: number): number {
    return nowMs - this.#sinceMs;
  }

  /** Gives the share since the last time, 0 to 1, and counts anew. */
  take(nowMs: number): number {
    const usage = performance.eventLoopUtilization();
    const { active } = performance.eventLoopUtilization(usage, this.#usage);
    // The two clocks are not read in the same moment, so it may come out as a little more than all.
    const workedMs = Math.max(0, active - this.#sleptMs);
    const share = Math.min(1, workedMs / (nowMs - this.#sinceMs));
    this.#usage = usage;
    this.#sinceMs = nowMs;
    this.#sleptMs = 0;
    return share;
  }
}
