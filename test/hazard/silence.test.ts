import { hearOut } from '../stage/hearing';
import { BRISK, type Line, openLine } from '../stage/line';

jest.setTimeout(60_000);

describe('A caller who says nothing', () => {
  let line: Line;

  beforeAll(async () => {
    const script = {
      greeting: { text: 'Hello.' },
      replies: [{ text: 'What was that?' }],
      cases: [
        { when: { told_contains: 'still there' }, say: { text: 'Are you still there?' } },
        { when: { told_contains: 'polite goodbye' }, say: { text: 'Then goodbye, until later.' } },
      ],
    };
    line = await openLine(`greeting: Hello.\nlimits: { silence_s: 1 }\n${BRISK}`, { script });
  });
  afterAll(() => line.close());

  it('is asked whether they are there, and the call ends once the goodbye was heard', async () => {
    const call = await line.call();
    await hearOut(call.phone);
    await hearOut(call.phone);
    const report = await call.phone.finished;
    const { spoken, errors } = call.session.record;
    expect(spoken.map(({ transcript }) => transcript)).toEqual([
      'Hello.',
      'Are you still there?',
      'Then goodbye, until later.',
    ]);
    const heard = Buffer.concat(call.phone.heard().map(({ bytes }) => bytes));
    expect(heard).toEqual(Buffer.concat(spoken.map(({ audio }) => audio)));
    expect(report).toMatchObject({ endedBy: 'far-end', stream: { closedBy: 'server' } });
    expect(errors).toEqual([]);
  });
});
