/**
 * A moment that is moved on and on, by every message of a busy leg: moving it costs no timer. One timer
 * sleeps until the moment that was meant when it began, and then for what has been added since.
 */
export class Deadline {
  readonly #onPassed: () => void;
  #atMs = Infinity;
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Infinity;

  /** @param onPassed told once the moment is over; it may set the next. */
  constructor(onPassed: () => void) {
    this.#onPassed = onPassed;
  }

  /** Sets the moment, or moves it: so long from now. */
  set(ms: number): void {
    this.#atMs = performance.now() + ms;
    if (this.#timer !== undefined && this.#timerAtMs <= this.#atMs) return;
    this.#sleep(ms);
  }

  /** There is no such moment any more. */
  clear(): void {
    this.#atMs = Infinity;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #sleep(ms: number): void {
    clearTimeout(this.#timer);
    this.#timerAtMs = performance.now() + ms;
    this.#timer = setTimeout(() => this.#wake(), ms);
  }

  #wake(): void {
    this.#timer = undefined;
    const leftMs = this.#atMs - performance.now();
    if (leftMs > 1) return this.#sleep(leftMs);
    this.#atMs = Infinity;
    this.#onPassed();
  }
}
