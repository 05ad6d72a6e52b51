import { setTimeout as sleep } from 'node:timers/promises';
import { accountOf } from '../stage/account';
import { agentQuiet, agentSpeaks, hearOut, worstOffMs } from '../stage/hearing';
import { BRISK, type Line, openLine, speech } from '../stage/line';
import { asOneSession, logsOf, sessionsOf } from '../stage/sessions';

/** MODEL_HANDOVERS=10 for a long run: the sessions then live 20 s. */
const HANDOVERS = Number(process.env.MODEL_HANDOVERS ?? 2);
const IS_LONG = process.env.MODEL_HANDOVERS !== undefined;
const SESSION_MS = IS_LONG ? 20_000 : 6_000;
const DELTA_MS = 100;
const CALLER = 'And what else is there?';
const SENTENCE = 'We have a table at seven.';
const LONG = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ');

jest.setTimeout(600_000);

describe('A model session that is about to expire', () => {
  let line: Line;

  const open = async (reply: string) => {
    const script = { greeting: { text: 'Hello.' }, replies: [{ text: reply }], heard: [CALLER] };
    line = await openLine(
      `greeting: Hello.\n${BRISK}`,
      { script, deltaMs: DELTA_MS, faults: { sessionMaxMs: SESSION_MS } },
      { MODEL_RENEW_S: IS_LONG ? '8' : '4' },
    );
  };
  afterEach(() => line.close());

  it('is followed by another one while nobody speaks, and the caller notices nothing', async () => {
    await open(SENTENCE);
    const call = await line.call();
    const { phone } = call;
    const replaced = () => logsOf(line, call, 'model session replaced').length;
    await hearOut(phone);
    const waitsMs: number[] = [];
    const speak = async () => {
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
    // The last session was given all that had been said before it began.
    const given = sessions
      .at(-1)
      ?.record.clientEvents.filter(({ type }) => type === 'conversation.item.create');
    expect(given?.length).toBeGreaterThan(turns.length / 2);
    const worst = Math.max(...waitsMs);
    if (IS_LONG)
      process.stderr.write(
        `${sessions.length - 1} hand-overs, ${waitsMs.length} answers, the latest after ${Math.round(worst)} ms, truncations off by ${worstOffMs(accounts)} ms at most\n`,
      );
    expect(worst).toBeLessThan(1_000 + line.stalledMs);
  });

  it('is followed at the last moment all the same, and an interruption then is exact', async () => {
    await open(LONG);
    const call = await line.call();
    const { phone } = call;
    await hearOut(phone);
    await phone.say(speech(200));
    await agentSpeaks(phone);
    while (logsOf(line, call, 'model session replaced').length === 0) await sleep(20);
    await sleep(200);
    await phone.say(speech(200));
    await sleep(400);
    phone.hangUp();
    const report = await phone.finished;
    const [, next] = sessionsOf(line, call);
    expect(next?.record.errors).toEqual([]);
    const clear = report.stream?.interruptions[0]?.heardMs ?? 0;
    const items = next?.record.clientEvents.filter(({ type }) => type.startsWith('conversation.'));
    const [made, remade] = [items?.at(-3), items?.at(-1)].map((event) =>
      JSON.stringify(event?.event),
    );
    expect(items?.at(-2)?.type).toBe('conversation.item.delete');
    expect(made).toContain('word39');
    const words = /word\d+/g;
    const left = remade?.match(words) ?? [];
    const greeting = call.session.record.spoken[0]?.audio.length ?? 0;
    const long = call.session.record.spoken[1]?.audio.length ?? 1;
    const share = (clear - greeting / 8) / (long / 8);
    expect(Math.abs(left.length / 40 - share)).toBeLessThan(0.05);
    const { turns } = await call.record();
    expect(
      turns.some(({ text, cut }) => cut === true && text.split(' ').length === left.length),
    ).toBe(true);
  });
});
