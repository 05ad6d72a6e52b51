import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from './call';
import { trailingSilenceMs } from './caller-audio';
import type { CallerStep } from './phone-options';

/** Plays the caller's script, until its end or the end of the call. */
export class Caller {
  readonly #call: Call;
  /** Aborted when the call is over, whoever ended it. */
  readonly #over: AbortSignal;
  /** The agent's turn that a wait is for begins after this. */
  #sinceMs = -1;

  constructor(call: Call, over: AbortSignal) {
    this.#call = call;
    this.#over = over;
  }

  /** Runs the script; true if it came to its end before the call did. */
  async run(): Promise<boolean> {
    const { script, afterScript } = this.#call.settings;
    for (const step of script) {
      await this.#do(step);
      if (this.#over.aborted) return false;
    }
    if (afterScript === 'stay') return true;
    const last = script.at(-1);
    const heardOut = last !== undefined && 'wait' in last && last.wait === 'agent-finished';
    if (!heardOut) await this.#agentFinished(this.#call.settings.patienceMs, false);
    if (!this.#isOver) this.#call.hangUp('the script is done');
    return true;
  }

  get #isOver(): boolean {
    return this.#over.aborted;
  }

  async #do(step: CallerStep): Promise<void> {
    const call = this.#call;
    if ('hangUp' in step) {
      call.hangUp('the script says so');
      return;
    }
    if ('waitMs' in step) {
      await sleep(step.waitMs, undefined, { signal: this.#over }).catch(() => undefined);
      return;
    }
    if ('wait' in step) {
      if (step.wait === 'stream-started') {
        await call.streamOpened(this.#over);
        return;
      }
      const patienceMs = step.patienceMs ?? call.settings.patienceMs;
      if (step.wait === 'agent-speaks') return this.#agentSpeaks(patienceMs);
      return this.#agentFinished(patienceMs, step.maySayNothing ?? false);
    }
    const stream = await call.streamOpened(this.#over);
    if (stream === undefined) return;
    if ('press' in step) {
      this.#sinceMs = call.journal.nowMs();
      stream.press(step.press);
      return;
    }
    await stream.say(step.say, step.name);
    this.#sinceMs = call.journal.nowMs() - trailingSilenceMs(step.say);
  }

  async #agentFinished(patienceMs: number, maySayNothing: boolean): Promise<void> {
    const { ear, settings, journal } = this.#call;
    await this.#patiently(patienceMs, maySayNothing, (over) =>
      ear.finished(this.#sinceMs, settings.quietMs, over),
    );
    this.#sinceMs = journal.nowMs();
  }

  async #agentSpeaks(patienceMs: number): Promise<void> {
    await this.#patiently(patienceMs, false, (over) => this.#call.ear.speaks(over));
  }

  /** Waits for the agent while a stream is open; without one there is nothing to lose patience with. */
  async #patiently(
    patienceMs: number,
    maySayNothing: boolean,
    wait: (over: AbortSignal) => Promise<boolean>,
  ): Promise<void> {
    for (;;) {
      const stream = await this.#call.streamOpened(this.#over);
      if (stream === undefined) return;
      const heardBeforeMs = stream.playback.heardMs;
      const patience = AbortSignal.timeout(patienceMs);
      if (await wait(AbortSignal.any([this.#over, patience]))) return;
      if (this.#isOver) return;
      if (this.#call.stream !== stream || stream.playback.heardMs > heardBeforeMs) continue;
      if (maySayNothing) return;
      this.#call.journal.problem({
        code: 'agent_silent',
        level: 'error',
        message: `the agent said nothing for ${patienceMs} ms`,
        remedy: 'look at the call in the log of the bridge; the model may not have answered',
      });
      return;
    }
  }
}
