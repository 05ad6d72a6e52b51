import { type AgentsFolder, makeAgentsFolder } from '../../bridge/test/stand-in/agents';
import { agentSpeaks, hearOut } from '../stage/hearing';
import { BRISK, speech } from '../stage/line';
import { setStage, type Stage, verbsOf } from '../stage/stage';

jest.setTimeout(60_000);

describe('Digits', () => {
  let agents: AgentsFolder;
  let stage: Stage;

  beforeAll(async () => {
    agents = makeAgentsFolder(`greeting: Hello.\ntools: [send_digits]\n${BRISK}`);
    const script = {
      greeting: { text: 'Hello.' },
      replies: [{ text: 'I am through the menu.' }],
      cases: [
        {
          when: { heard_contains: 'telephone: 9' },
          say: { tool: 'send_digits', arguments: { digits: '1w2#' } },
        },
        { when: { heard_contains: 'telephone: 5' }, say: { text: 'Five it is.' } },
      ],
    };
    stage = await setStage({ script, transcriptionMs: 0 }, agents.environment);
  });
  afterAll(async () => {
    await stage.close();
    agents.remove();
  });

  it('that the agent presses are played by Twilio, and the call goes on in a new stream', async () => {
    const phone = stage.call({ afterScript: 'stay' });
    await hearOut(phone);
    const played = new Promise<string>((resolve) =>
      phone.on(({ kind, detail }) => {
        if (kind === 'play' && 'digits' in detail) resolve(String(detail.digits));
      }),
    );
    const resumed = new Promise<void>((resolve) =>
      phone.on(({ kind }) => {
        if (kind === 'stream-started') resolve();
      }),
    );
    phone.press('9');
    expect(await played).toBe('1w2#');
    await resumed;
    await phone.say(speech(160)); // the menu speaks, and the agent listens first
    await agentSpeaks(phone);
    phone.hangUp();
    const report = await phone.finished;
    expect(report.streams).toHaveLength(2);
    expect(report.streams.every(({ accepted }) => accepted)).toBe(true);
    expect(verbsOf(report).flat()).toContain('Play');
    expect(report.errors).toEqual([]);
  });

  it('that the caller presses reach the model as text', async () => {
    const opened = stage.model.nextSession();
    const phone = stage.call({ afterScript: 'stay' });
    const session = await opened;
    await hearOut(phone);
    phone.press('5');
    await hearOut(phone);
    phone.hangUp();
    await phone.finished;
    const items = session.record.clientEvents.filter(
      ({ type }) => type === 'conversation.item.create',
    );
    expect(JSON.stringify(items)).toMatch(/input_text.*5/);
    expect(session.record.errors).toEqual([]);
  });
});
