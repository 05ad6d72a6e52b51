/** By then what was held up by a fault has been said. */
const AFTERMATH_MS = 2_500;

/** A fault that callers can hear. */
export class Trouble {
  #untilMs = -Infinity;

  begin(): void {
    this.#untilMs = Infinity;
  }

  end(): void {
    this.#untilMs = performance.now() + AFTERMATH_MS;
  }

  /** While it lasts, and a little longer. */
  get isFelt(): boolean {
    return performance.now() < this.#untilMs;
  }
}
