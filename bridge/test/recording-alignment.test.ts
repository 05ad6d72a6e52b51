import {
  type Base64Slice,
  countSliceBytes,
  decodeSlice,
  sliceOf,
} from '@realtime-phone/protocol/base64';
import { AgentVoice } from '../src/call/agent-voice';
import { Recording } from '../src/recording/recording';
import { StreamClock } from '../src/recording/stream-clock';
import { type Sound, soundsOf, samplesOf } from './stand-in/recordings';

const FRAME_MS = 20;
const TOLERANCE_MS = 60;
const AGENT = 7;
const CALLER = 9;

/** A phone some way off, on the clock of the test: what it plays and says, and when. */
class FarPhone {
  readonly played: Sound[] = [];
  readonly said: Sound[] = [];
  readonly voice: AgentVoice;
  readonly #clock = new StreamClock();
  #recording: Recording | undefined;
  readonly #delay: () => number;
  readonly #left: Buffer[] = [];
  readonly #right: Buffer[] = [];
  readonly #beganAtMs = performance.now();
  #queue: { bytes: number; mark: string | undefined }[] = [];
  #playing: NodeJS.Timeout | undefined;
  #speaksUntilMs = 0;
  #frames = 0;
  /** Until then nothing gets through from the phone; it comes all at once. */
  stalledUntilMs = 0;
  #lastDownMs = 0;
  #lastUpMs = 0;

  /** @param drift how much faster its clock runs. */
  constructor(delay: () => number, drift: number) {
    this.#delay = delay;
    const ear = {
      sendAudio: (payload: Base64Slice, mark: string | undefined) => {
        const bytes = countSliceBytes(payload);
        this.#down(() => this.#take(bytes, undefined));
        if (mark !== undefined) this.#down(() => this.#take(0, mark));
      },
      sendMark: (mark: string) => this.#down(() => this.#take(0, mark)),
      clear: () => this.#down(() => this.#clear()),
    };
    this.voice = new AgentVoice(
      ear,
      {
        onAgentAudio: (_itemId, payload, _bytes, startsInMs) =>
          this.#recording?.say(decodeSlice(payload), startsInMs),
        onClear: () => this.#recording?.clear(),
        onLateDelta: () => undefined,
        onHeard: () => undefined,
        onQuiet: () => undefined,
      },
      4_800_000,
    );
    setInterval(() => this.#sendFrame(), FRAME_MS * (1 - drift));
  }

  /** The consent is heard, which tells the ledger how long the way is; then the recording begins. */
  begin(): void {
    this.agentSays('consent', 1_000);
    jest.advanceTimersByTime(2_000);
    this.played.pop();
    const append = (left: Buffer, right: Buffer) => {
      this.#left.push(left);
      this.#right.push(right);
    };
    this.#recording = new Recording({ append }, this.voice, this.#clock);
  }

  /** The caller speaks from the next frame on. */
  speak(ms: number): void {
    const startsAtMs = this.nowMs;
    this.#speaksUntilMs = startsAtMs + ms;
    this.said.push({ fromMs: startsAtMs, toMs: this.#speaksUntilMs });
  }

  /** The agent says something, in the pieces and at the speed of a model. */
  agentSays(responseId: string, ms: number): void {
    for (let at = 0; at < ms; at += 200)
      this.voice.play({
        type: 'response.output_audio.delta',
        responseId,
        itemId: responseId,
        contentIndex: 0,
        delta: sliceOf(Buffer.alloc(Math.min(200, ms - at) * 8, AGENT).toString('base64')),
      });
    this.voice.endPart();
  }

  get nowMs(): number {
    return performance.now() - this.#beganAtMs;
  }

  end(): { caller: Sound[]; agent: Sound[] } {
    this.#recording?.end();
    this.voice.stop();
    const [caller, agent] = [this.#left, this.#right].map((side) =>
      soundsOf(samplesOf(Buffer.concat(side))),
    );
    return { caller: caller ?? [], agent: agent ?? [] };
  }

  #down(then: () => void): void {
    this.#lastDownMs = Math.max(this.#lastDownMs, this.nowMs + this.#delay());
    setTimeout(then, this.#lastDownMs - this.nowMs);
  }

  #up(then: () => void): void {
    this.#lastUpMs = Math.max(this.#lastUpMs, this.nowMs + this.#delay(), this.stalledUntilMs);
    setTimeout(then, this.#lastUpMs - this.nowMs);
  }

  #sendFrame(): void {
    const isSpeech = this.nowMs <= this.#speaksUntilMs;
    const timestampMs = this.#frames * FRAME_MS;
    this.#frames += 1;
    const bytes = Buffer.alloc(FRAME_MS * 8, isSpeech ? CALLER : 0xff);
    this.#up(() => {
      if (this.#recording === undefined) this.#clock.arrivalOf(timestampMs, performance.now());
      else this.#recording.hear(bytes, timestampMs);
    });
  }

  #take(bytes: number, mark: string | undefined): void {
    this.#queue.push({ bytes, mark });
    if (this.#playing === undefined) this.#play();
  }

  #play(): void {
    const next = this.#queue.shift();
    this.#playing = undefined;
    if (next === undefined) return;
    const { bytes, mark } = next;
    if (mark !== undefined) {
      this.#up(() => this.voice.takeMark(mark));
      return this.#play();
    }
    const last = this.played.at(-1);
    const toMs = this.nowMs + bytes / 8;
    if (last !== undefined && this.nowMs - last.toMs < 5) last.toMs = toMs;
    else this.played.push({ fromMs: this.nowMs, toMs });
    this.#playing = setTimeout(() => this.#play(), bytes / 8);
  }

  #clear(): void {
    clearTimeout(this.#playing);
    this.#playing = undefined;
    const last = this.played.at(-1);
    if (last !== undefined) last.toMs = Math.min(last.toMs, this.nowMs);
    for (const { mark } of this.#queue.splice(0))
      if (mark !== undefined) this.#up(() => this.voice.takeMark(mark));
  }
}

/** How far the sides of the recording lie apart beside how they lay on the phone. */
function worstShiftMs(phone: FarPhone, recorded: { caller: Sound[]; agent: Sound[] }): number {
  const shifts = [
    ...phone.said.map(({ fromMs }, index) => (recorded.caller[index]?.fromMs ?? NaN) - fromMs),
    ...phone.played.map(({ fromMs }, index) => (recorded.agent[index]?.fromMs ?? NaN) - fromMs),
    ...phone.played.map(({ toMs }, index) => (recorded.agent[index]?.toMs ?? NaN) - toMs),
  ];
  return Math.max(...shifts) - Math.min(...shifts);
}

describe('The sides of a recording', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const delayOf = (delayMs: number, jitterMs: number) => {
    let seed = 1;
    return () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return delayMs + (jitterMs * seed) / 2_147_483_647;
    };
  };

  it.each([
    { minutes: 5, delayMs: 60, jitterMs: 20 },
    { minutes: 1, delayMs: 1, jitterMs: 0 },
    { minutes: 1, delayMs: 150, jitterMs: 30 },
  ])('lie over $minutes min as they lay on a phone $delayMs ms away', (row) => {
    const { minutes, delayMs, jitterMs } = row;
    const phone = new FarPhone(delayOf(delayMs, jitterMs), 5e-5);
    phone.begin();
    for (let round = 0; round < 12 * minutes; round += 1) {
      phone.agentSays(`r${round}`, 1_300);
      phone.speak(700);
      jest.advanceTimersByTime(4_900 + round);
    }
    const recorded = phone.end();
    expect(recorded.caller).toHaveLength(12 * minutes);
    expect(recorded.agent).toHaveLength(12 * minutes);
    expect(worstShiftMs(phone, recorded)).toBeLessThanOrEqual(TOLERANCE_MS);
  });

  it('have of a sentence that was cut what was heard of it, and nothing of the rest', () => {
    const phone = new FarPhone(delayOf(80, 20), 0);
    phone.begin();
    for (const heardMs of [300, 1_111, 2_500]) {
      phone.agentSays(`r${heardMs}`, 8_000);
      jest.advanceTimersByTime(heardMs);
      phone.voice.silence();
      jest.advanceTimersByTime(600);
      phone.agentSays(`after ${heardMs}`, 400);
      jest.advanceTimersByTime(3_000);
    }
    const recorded = phone.end();
    expect(recorded.agent).toHaveLength(6);
    expect(worstShiftMs(phone, recorded)).toBeLessThanOrEqual(TOLERANCE_MS);
  });

  it('have what was held up on the way where it was said', () => {
    const phone = new FarPhone(delayOf(50, 20), 0);
    phone.begin();
    for (const heldUpMs of [0, 400, 2_500]) {
      phone.speak(700);
      phone.stalledUntilMs = phone.nowMs + heldUpMs;
      jest.advanceTimersByTime(4_000);
    }
    const recorded = phone.end();
    expect(recorded.caller).toHaveLength(3);
    expect(worstShiftMs(phone, recorded)).toBeLessThanOrEqual(TOLERANCE_MS);
  });

  it('end with the stream: what was still queued then was never heard', () => {
    const phone = new FarPhone(delayOf(50, 0), 0);
    phone.begin();
    phone.agentSays('r1', 8_000);
    jest.advanceTimersByTime(1_500);
    const { agent } = phone.end();
    expect(agent.at(-1)?.toMs).toBeLessThanOrEqual(1_500);
    expect(agent.at(-1)?.toMs).toBeGreaterThan(1_350);
  });
});
