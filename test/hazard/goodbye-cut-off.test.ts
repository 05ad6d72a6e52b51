import { agentSpeaks, hangUp, hearOut, heardAndSaid } from '../stage/hearing';
import { BRISK, type Line, openLine, speech } from '../stage/line';

const GOODBYE = 'It is booked. Thank you for calling, and goodbye.';

jest.setTimeout(60_000);

describe('A goodbye', () => {
  let line: Line;

  beforeAll(async () => {
    const script = {
      greeting: { text: 'Hello.' },
      replies: [
        [{ text: GOODBYE }, { tool: 'end_call', arguments: {} }],
        { text: 'Of course. What else?' },
      ],
    };
    line = await openLine(`greeting: Hello.\ntools: [end_call]\n${BRISK}`, { script });
  });
  afterAll(() => line.close());

  it('is heard to its last byte before the call is hung up, however far away', async () => {
    const call = await line.call({ delayMs: 150, jitterMs: 20 });
    await hearOut(call.phone);
    await call.phone.say(speech(160));
    const report = await call.phone.finished;
    const { heard, said } = heardAndSaid(call);
    expect(heard).toEqual(said);
    expect(report).toMatchObject({ endedBy: 'far-end', stream: { closedBy: 'server', clears: 0 } });
    expect(line.next.at(-1)).toMatchObject({ action: 'hangup' });
    expect(call.session.record.errors).toEqual([]);
  });

  it('that the caller speaks into is no hang-up: the call goes on', async () => {
    const call = await line.call();
    await hearOut(call.phone);
    await call.phone.say(speech(160));
    await agentSpeaks(call.phone);
    await call.phone.say(speech(300));
    await hearOut(call.phone);
    const next = call.session.record.spoken.at(-1);
    expect(next?.transcript).toBe('Of course. What else?');
    expect(heardAndSaid(call).heard.subarray(-(next?.audio.length ?? 0))).toEqual(next?.audio);
    const { report } = await hangUp(call, 200);
    expect(report).toMatchObject({ endedBy: 'caller', stream: { closedBy: 'caller' } });
    expect(call.session.record.errors).toEqual([]);
  });
});
