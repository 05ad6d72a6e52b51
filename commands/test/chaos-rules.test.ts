import { drawUp, findSilence } from '../chaos/faults/account';
import { findBroken, type SeenCall } from '../chaos/faults/rules';
import type { PhoneEvent } from '../../simulator/phone/phone-call';

const RULES = { mostSilentMs: 3_000, linesSaid: 2 };
const turn = (who: string) => ({ who });

const WELL: SeenCall = {
  account: { agentMs: 6_700, silentMs: 700, silentAtMs: 2_000, said: 2, answered: 2, cut: 0 },
  report: { endedBy: 'caller', transcript: [] },
  record: {
    end: { by: 'caller' },
    errors: [],
    turns: ['agent', 'caller', 'agent', 'caller', 'agent'].map(turn),
  },
};

describe('The rules of chaos', () => {
  it('find nothing wrong with a call that went well', () => {
    expect(findBroken(WELL, RULES)).toEqual([]);
  });

  it.each<[string, Partial<SeenCall>, string]>([
    [
      'was left in silence',
      { account: { ...WELL.account, silentMs: 3_100, silentAtMs: 9_000 } },
      'nobody may be left in silence for over 3000 ms: it was 3100 ms, from 9000 ms on',
    ],
    [
      'heard Twilio in place of the agent',
      {
        report: {
          endedBy: 'caller',
          transcript: [{ who: 'twilio', text: 'Sorry.', atMs: 0 }],
        },
      },
      'the agent has the word: Twilio said “Sorry.”',
    ],
    [
      'was hung up on',
      { report: { endedBy: 'far-end', transcript: [] } },
      'a call is ended by its caller: this one was hung up on',
    ],
    [
      'could not say all',
      { account: { ...WELL.account, said: 1, answered: 1 } },
      'every caller is heard out: this one said 1 of 2 things',
    ],
    [
      'had no answer',
      { account: { ...WELL.account, answered: 1 } },
      'every answer is heard: of 2 things that the caller said 1 were answered',
    ],
    ['has no record', { record: undefined }, 'every call has a record: this one has none'],
    [
      'has a record without an end',
      { record: { errors: [], turns: WELL.record?.turns ?? [] } },
      'every record has an end: this one has none',
    ],
    [
      'has a record with another end',
      {
        record: {
          end: { by: 'model', code: 'model_closed' },
          errors: [],
          turns: WELL.record?.turns ?? [],
        },
      },
      'a record ends as its call did: this one was ended by model, model_closed',
    ],
    [
      'has a record with a turn too few',
      { record: { end: { by: 'caller' }, errors: [], turns: ['agent', 'caller'].map(turn) } },
      'a record has every turn: this one has 1 of the caller and 1 of the agent',
    ],
  ])('name what is wrong where a call %s', (_, change, rule) => {
    expect(findBroken({ ...WELL, ...change }, RULES)).toEqual([rule]);
  });
});

describe('The account of a caller', () => {
  const clip = Buffer.alloc(8_000, 1);
  const event = (kind: PhoneEvent['kind'], atMs: number): PhoneEvent => ({
    ...{ kind, atMs, atUnixMs: atMs, text: '', detail: {} },
  });
  const events = [
    event('caller-speaks', 3_000),
    event('caller-quiet', 4_000),
    event('caller-speaks', 9_000),
    event('caller-quiet', 10_000),
    event('caller-hangs-up', 14_000),
  ];
  const voice = (atMs: number, ms: number, byte = 2) => ({
    atMs,
    bytes: Buffer.alloc(ms * 8, byte),
  });

  it('counts as an answer what is heard before the caller speaks again, and not the clip for waiting', () => {
    const heard = () => [voice(500, 1_500), voice(5_000, 2_000), voice(11_000, 1_000, 1)];
    expect(drawUp({ heard }, events, clip)).toEqual({
      ...{ agentMs: 3_500, said: 2, answered: 1, cut: 0 },
      // The clip is a voice all the same; after it the caller hangs up in their own time.
      ...{ silentMs: 1_000, silentAtMs: 4_000 },
    });
  });

  it('tells what the line took with it, which no record can have', () => {
    const broken = [...events.slice(0, 2), event('stream-closed', 4_500), ...events.slice(2)];
    const account = drawUp({ heard: () => [voice(500, 1_500)] }, broken, clip);
    expect(account.cut).toBe(1);
    const record = {
      ...{ end: { by: 'caller' }, errors: [] },
      turns: ['agent', 'caller', 'agent'].map(turn),
    };
    const call = { ...WELL, record };
    expect(findBroken({ ...call, account: { ...WELL.account, cut: 1 } }, RULES)).toEqual([]);
    expect(findBroken(call, RULES)).toHaveLength(1);
  });

  it('takes for silence how long the caller waits for a voice, and not for the caller', () => {
    const caller = [{ fromMs: 3_000, toMs: 4_000 }];
    const first = { fromMs: 500, toMs: 1_000 };
    const answer = { fromMs: 5_200, toMs: 6_000 };
    expect(findSilence([first, answer], caller, 9_000)).toEqual({
      ...{ silentMs: 1_200, silentAtMs: 4_000 },
    });
    // Who is never answered waited until hanging up.
    expect(findSilence([first], caller, 9_000)).toEqual({ silentMs: 5_000, silentAtMs: 4_000 });
    // A pause within what the agent says is one.
    const late = { fromMs: 8_500, toMs: 8_800 };
    expect(findSilence([first, answer, late], caller, 9_000).silentMs).toBe(2_500);
  });
});
