import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelOptions } from '../../simulator/model/model-server';
import { accountOf } from '../stage/account';
import { agentQuiet, agentSpeaks, hearOut, worstOffMs } from '../stage/hearing';
import { BRISK, type Line, type LineCall, openLine, speech } from '../stage/line';
import { asOneSession, logsOf, sessionsOf } from '../stage/sessions';

/** MODEL_HANDOVERS=10 for a long run: the sessions then live 20 s. */
const HANDOVERS = Number(process.env.MODEL_HANDOVERS ?? 2);
const IS_LONG = process.env.MODEL_HANDOVERS !== undefined;
const SESSION_MS = IS_LONG ? 20_000 : 6_000;
const DELTA_MS = 100;
const CALLER = 'And what else is there?';
const SENTENCE = 'We have a table at seven.';
const REST = 'and so on.';
const LONG = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ');
const WORDS = /word\d+/g;

jest.setTimeout(600_000);

describe('A model session that is about to expire', () => {
  let line: Line;

  const open = async (reply: string, sessionMaxMs: number, options: ModelOptions = {}) => {
    const script = {
      greeting: { text: 'Hello.' },
      replies: [{ text: reply }],
      heard: [CALLER],
      cases: [{ when: { told_contains: 'Go on from exactly there' }, say: { text: REST } }],
    };
    line = await openLine(
      `greeting: Hello.\n${BRISK}`,
      { script, deltaMs: DELTA_MS, faults: { sessionMaxMs }, ...options },
      { MODEL_RENEW_S: IS_LONG ? '8' : '4' },
    );
  };
  afterEach(() => line.close());

  it('is followed by another one while nobody speaks, and the caller notices nothing', async () => {
    await open(SENTENCE, SESSION_MS);
    const call = await line.call({ maxMs: 600_000 });
    const { phone } = call;
    let isOver = false;
    void phone.finished.then(() => (isOver = true));
    const replaced = () => logsOf(line, call, 'model session replaced').length;
    await hearOut(phone);
    const waitsMs: number[] = [];
    const speak = async () => {
      if (isOver) throw new Error('the call has ended');
      await phone.say(speech(200));
      const saidAtMs = performance.now();
      await agentSpeaks(phone);
      waitsMs.push(performance.now() - saidAtMs);
    };
    for (let seen = 0; seen < HANDOVERS;) {
      await speak();
      if (replaced() > seen) {
        // Right after a hand-over the caller interrupts.
        seen = replaced();
        await sleep(400);
        await speak();
      }
      await agentQuiet(phone);
      await sleep(100);
    }
    await sleep(300);
    phone.hangUp();
    const report = await phone.finished;
    const sessions = sessionsOf(line, call);
    const accounts = accountOf(asOneSession(sessions), phone, report, DELTA_MS);
    expect(accounts.filter(({ isTruncated }) => isTruncated)).toHaveLength(HANDOVERS);
    expect(worstOffMs(accounts)).toBeLessThanOrEqual(40 + line.stalledMs);
    const { errors, turns } = await call.record();
    expect(errors).toEqual([]);
    expect(sessions.flatMap(({ record }) => record.errors)).toEqual([]);
    expect(logsOf(line, call, 'model session replaced').map(({ why }) => why)).toEqual(
      Array.from({ length: sessions.length - 1 }, () => 'expiring'),
    );
    // The last session was given all that had been said before it began, in its order.
    const texts = turns.map(({ text }) => text);
    const given = givenTo(sessions.at(-1));
    expect(given.length).toBeGreaterThan(texts.length / 2);
    expect(given).toEqual(texts.slice(0, given.length));
    const worst = Math.max(...waitsMs);
    if (IS_LONG)
      process.stderr.write(
        `${sessions.length - 1} hand-overs, ${waitsMs.length} answers, the latest after ${Math.round(worst)} ms; truncations off by ${worstOffMs(accounts)} ms at most; this process stood still for ${Math.round(line.stalledMs)} ms at most\n`,
      );
    expect(worst).toBeLessThan(1_000 + line.stalledMs);
  });

  /** A long answer is being heard when the session changes; a moment later the caller interrupts. */
  const interruptAfterLastMoment = async () => {
    const call = await line.call();
    const { phone } = call;
    await hearOut(phone);
    await phone.say(speech(200));
    await agentSpeaks(phone);
    while (logsOf(line, call, 'model session replaced').length === 0) await sleep(20);
    await sleep(200);
    await phone.say(speech(200));
    await sleep(300);
    phone.hangUp();
    const report = await phone.finished;
    const [, next] = sessionsOf(line, call);
    expect(next?.record.errors).toEqual([]);
    const heardMs = report.stream?.interruptions[0]?.heardMs ?? 0;
    const greetingMs = (call.session.record.spoken[0]?.audio.length ?? 0) / 8;
    const clientEvents = next?.record.clientEvents.map(({ event }) => event) ?? [];
    const changes = clientEvents.filter((event) => typeOf(event).startsWith('conversation.'));
    const { turns } = await call.record();
    return { changes, heardMs: heardMs - greetingMs, turns, call };
  };

  /** What is left of an answer that was interrupted: the words that were heard, and no others. */
  const expectExact = (
    { heardMs, turns }: Awaited<ReturnType<typeof interruptAfterLastMoment>>,
    remade: unknown,
    share: { readonly ofWords: number; readonly ofMs: number },
  ) => {
    const left = JSON.stringify(remade).match(WORDS)?.length ?? 0;
    expect(Math.abs(left / share.ofWords - heardMs / share.ofMs)).toBeLessThan(0.07);
    const cut = turns.find((turn) => turn.cut === true && turn.text.startsWith('word0'));
    expect(cut?.text.match(WORDS)).toHaveLength(left);
  };

  it('is followed at the last moment all the same, and an answer that had come whole is cut exactly', async () => {
    await open(LONG, 6_000, { audioRate: Infinity });
    const outcome = await interruptAfterLastMoment();
    const [made, deleted, remade] = outcome.changes.slice(-3);
    expect(JSON.stringify(made)).toContain('word39');
    expect([made, deleted, remade].map(typeOf)).toEqual([
      'conversation.item.create',
      'conversation.item.delete',
      'conversation.item.create',
    ]);
    const longMs = (outcome.call.session.record.spoken[1]?.audio.length ?? 0) / 8;
    expectExact(outcome, remade, { ofWords: 40, ofMs: longMs });
  });

  it('has an answer that was still coming go on in the next one, and both parts are cut exactly', async () => {
    await open(LONG, 6_000, { audioRate: 1.3 });
    const outcome = await interruptAfterLastMoment();
    const [made, deleted, remade, truncated] = outcome.changes.slice(-4);
    expect(JSON.stringify(made)).not.toContain('word39');
    expect([made, deleted, remade, truncated].map(typeOf)).toEqual([
      'conversation.item.create',
      'conversation.item.delete',
      'conversation.item.create',
      'conversation.item.truncate',
    ]);
    // What goes on was queued behind it, and nobody heard a word of it.
    expect(truncated).toMatchObject({ audio_end_ms: 0 });
    const given = JSON.stringify(made).match(WORDS)?.length ?? 0;
    const sentMs = (outcome.call.session.record.spoken[1]?.audio.length ?? 0) / 8;
    expectExact(outcome, remade, { ofWords: given, ofMs: sentMs });
  });
});

function typeOf(event: unknown): string {
  return String(Reflect.get(Object(event) as object, 'type'));
}

/** The words that a session was given when it took over. */
function givenTo(session: LineCall['session'] | undefined): string[] {
  const events = session?.record.clientEvents.map(({ event }) => event) ?? [];
  const first = events.findIndex((event) => typeOf(event) !== 'session.update');
  const after = events.findIndex(
    (event, at) => at >= first && typeOf(event) !== 'conversation.item.create',
  );
  return events.slice(first, after).map((event) => {
    const { item } = event as { item: { content: [{ text: string }] } }; // as the bridge sends it
    return item.content[0].text;
  });
}
