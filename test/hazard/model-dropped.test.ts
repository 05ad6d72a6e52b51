import { setTimeout as sleep } from 'node:timers/promises';
import { piecesOf } from '../../simulator/model/content';
import { hum } from '../../simulator/model/hum';
import { silencesOf } from '../stage/hearing';
import { BRISK, type Line, type LineCall, openLine, speech } from '../stage/line';

/** MODEL_DROPS=100 for a long run. */
const DROPS = Number(process.env.MODEL_DROPS ?? 6);
const AT_ONCE = 6;
const DELTA_MS = 100;
/** What it takes to open a session at OpenAI, as others report it. */
const READY_MS = 500;
const SENTENCE = 'We have a table for four at seven, by the window, if you like that.';
const REST = 'as you wished.';
const CALLER = 'A table for four, please.';
const PIECES = piecesOf(
  { kind: 'audio', audio: hum(SENTENCE), transcript: SENTENCE },
  { type: 'audio/pcmu' },
  DELTA_MS,
);

jest.setTimeout(600_000);

interface Outcome {
  /** From the end of the caller's turn to the first word of the answer. */
  readonly waitMs: number;
  /** The longest silence in the answer. */
  readonly gapMs: number;
  /** Nothing of the answer had been sent when the model was lost: it was said as if for the first time. */
  readonly isAnew: boolean;
}

describe('A model that is dropped in mid-sentence', () => {
  let line: Line;

  beforeAll(async () => {
    const script = {
      greeting: { text: 'Hello.' },
      replies: [{ text: SENTENCE }, { text: 'Until then, goodbye.' }],
      heard: [CALLER],
      cases: [{ when: { told_contains: 'Go on from exactly there' }, say: { text: REST } }],
    };
    // In real time, so that next to nothing is in hand when the model is dropped.
    const options = { script, deltaMs: DELTA_MS, audioRate: 1 };
    line = await openLine(`greeting: Hello.\n${BRISK}`, options);
  });
  afterAll(() => line.close());

  const findLog = (call: LineCall, msg: string) =>
    line.bridge.logs.find((one) => one.msg === msg && one.callSid === call.phone.callSid);

  const turnsOf = (call: LineCall) =>
    line.bridge.logs
      .filter(({ msg, callSid }) => msg === 'turn' && callSid === call.phone.callSid)
      .map(({ pii }) => (pii as { text: string }).text); // a turn has its text there

  /** Says a turn, and waits until the answer to it has been heard to its end. */
  const saySomething = async (call: LineCall, ends: readonly string[]) => {
    let saidAtMs = 0;
    const stop = call.phone.on(({ kind, atMs }) => {
      if (kind === 'caller-quiet') saidAtMs = atMs;
    });
    const phone = { isOver: false };
    void call.phone.finished.then(() => (phone.isOver = true));
    await call.phone.say(speech(300));
    while (!turnsOf(call).some((text) => ends.includes(text))) {
      if (phone.isOver)
        throw new Error(`no answer was heard to its end: ${turnsOf(call).join(' | ')}`);
      await sleep(20);
    }
    stop();
    return saidAtMs;
  };

  const run = async (call: LineCall, arm: () => void): Promise<number[]> => {
    const { phone } = call;
    // The greeting has been heard once it is a turn.
    while (turnsOf(call).length === 0) await sleep(20);
    arm();
    const saidAtMs = await saySomething(call, [SENTENCE, REST]);
    const silencesMs = silencesOf(phone, saidAtMs);
    await saySomething(call, ['Until then, goodbye.']);
    phone.hangUp();
    await phone.finished;
    return silencesMs;
  };

  /** Holds what the caller heard against what both sessions said and were told, word by word. */
  const check = async (call: LineCall): Promise<boolean> => {
    const sessionId = findLog(call, 'model session replaced')?.sessionId;
    const next = line.model.sessions.find((session) => session.sessionId === sessionId);
    expect(next?.record.errors).toEqual([]);
    const said = Buffer.concat(next?.record.spoken.map(({ audio }) => audio) ?? []);
    const heard = Buffer.concat(call.phone.heard().map(({ bytes }) => bytes));
    const before = Buffer.concat(call.session.record.spoken.map(({ audio }) => audio));
    const cutAt = heard.length - said.length;
    expect(heard.subarray(cutAt).equals(said)).toBe(true);
    expect(before.subarray(0, cutAt).equals(heard.subarray(0, cutAt))).toBe(true);
    const pieces = (cutAt - hum('Hello.').length) / (DELTA_MS * 8);
    const words = PIECES.slice(0, pieces).map(({ text }) => text);
    const { turns, end } = await call.record();
    const isAnew = pieces === 0;
    // Of the words that were sent each was heard, and the others are asked for: none is lost.
    const answer = isAnew ? [SENTENCE] : [words.join('').trim(), REST];
    expect(turns.map(({ text }) => text)).toEqual([
      ...['Hello.', CALLER, ...answer, CALLER, 'Until then, goodbye.'],
    ]);
    const asked = JSON.stringify(
      next?.record.clientEvents.find(({ type }) => type === 'response.create')?.event ?? {},
    );
    if (!isAnew) expect(asked).toContain(`The caller has heard: \\"${answer[0] ?? ''}\\"`);
    expect(end).toEqual({ by: 'caller' });
    return isAnew;
  };

  it('goes on where it was within 2 s of silence, and no word and no turn is lost', async () => {
    const outcomes: Outcome[] = [];
    while (outcomes.length < DROPS) {
      const calls: LineCall[] = [];
      line.model.setFaults({});
      while (calls.length < Math.min(AT_ONCE, DROPS - outcomes.length))
        calls.push(await line.call());
      line.model.setFaults({ readyMs: READY_MS }); // of the sessions that take over
      const silences = await Promise.all(
        calls.map((call, index) =>
          run(call, () => {
            const { session } = call;
            session.setFaults({ drop: { afterDeltas: session.record.deltas + 4 + index } });
          }),
        ),
      );
      for (const [index, call] of calls.entries()) {
        const [waitMs = Infinity, ...gapsMs] = silences[index] ?? [];
        outcomes.push({ waitMs, gapMs: Math.max(0, ...gapsMs), isAnew: await check(call) });
      }
      // So that the next call is not given one of these as its own.
      for (const call of calls) if (call.session.end !== null) await line.model.nextSession();
    }
    const anew = outcomes.filter(({ isAnew }) => isAnew).length;
    const waits = distributionOf(outcomes.map(({ waitMs }) => waitMs));
    const gaps = distributionOf(outcomes.map(({ gapMs }) => gapMs));
    if (process.env.MODEL_DROPS !== undefined)
      process.stderr.write(
        `${DROPS} drops, ${anew} answers said anew; silence in an answer: ${gaps.text}; before it: ${waits.text}; this process stood still for ${Math.round(line.stalledMs)} ms at most\n`,
      );
    expect(anew).toBeLessThan(DROPS / 2);
    expect(gaps.most).toBeGreaterThan(READY_MS - DELTA_MS);
    expect(Math.max(gaps.most, waits.most)).toBeLessThan(2_000 + line.stalledMs);
  });

  // How much of what the model had sent is lost with the connection is for the network to say.
  it.each(['speech started', 'speech stopped', 'response created'] as const)(
    'answers the turn all the same where it is lost at “%s”',
    async (kind) => {
      line.model.setFaults({});
      const call = await line.call();
      let isArmed = false;
      line.model.on((event) => {
        if (!isArmed || event.kind !== kind || event.sessionId !== call.session.sessionId) return;
        isArmed = false;
        call.session.drop();
      });
      const [waitMs] = await run(call, () => (isArmed = true));
      await line.model.nextSession();
      expect(await check(call)).toBe(true);
      expect(waitMs).toBeLessThan(2_000 + line.stalledMs);
    },
  );
});

function distributionOf(valuesMs: readonly number[]) {
  const sorted = valuesMs.toSorted((one, other) => one - other);
  const at = (part: number) => Math.round(sorted[Math.ceil(sorted.length * part) - 1] ?? Infinity);
  const text = `p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, most ${at(1)} ms`;
  return { text, most: at(1) };
}
