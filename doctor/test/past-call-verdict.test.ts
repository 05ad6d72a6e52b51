import type { BridgeRecord, Evidence, Notice, TwilioCall } from '../past-call/evidence';
import { judge } from '../past-call/verdict';

const TWILIO: TwilioCall = {
  status: 'completed',
  direction: 'inbound',
  from: '+1*********01',
  to: '+1*********02',
  startedAtMs: 1_000,
  endedAtMs: 11_000,
  durationS: 10,
};
const RECORD: BridgeRecord = {
  admittedAtMs: 1_000,
  startedAtMs: 2_000,
  endedAtMs: 11_000,
  end: { by: 'caller', code: undefined },
  course: [],
  turns: [],
  events: [],
  errors: [],
};
const notice = (code: number, more: Partial<Notice> = {}): Notice => ({
  atMs: 3_000,
  code,
  text: '',
  url: '',
  ...more,
});
const fault = (code: string, message = code, atMs = 4_000) => ({
  atMs,
  code,
  message,
  remedy: 'r',
});
const ended = (code: string, more: Partial<BridgeRecord> = {}): BridgeRecord => ({
  ...RECORD,
  end: { by: 'bridge', code },
  errors: [fault(code)],
  ...more,
});
const unstreamed = { startedAtMs: undefined };

const evidence = (more: Partial<Evidence>): Evidence => ({
  callSid: 'CA1',
  twilio: TWILIO,
  notices: [],
  exchanges: [],
  record: RECORD,
  ...more,
});

test.each<[string, string, Partial<Evidence>]>([
  ['a call that nobody knows', 'call-unknown', { twilio: undefined, record: undefined }],
  ['a caller who hung up', 'nothing-went-wrong', {}],
  ['a call that goes on', 'in-progress', { twilio: { ...TWILIO, status: 'in-progress' } }],
  [
    'a wrong track, before the stream that then did not come',
    'twilio-31941',
    { notices: [notice(31941)], record: ended('stream_not_arrived', unstreamed) },
  ],
  [
    'the reason of the refusal, before the handshake error that Twilio saw of it',
    'twilio_signature_invalid',
    {
      notices: [notice(31920)],
      record: {
        ...RECORD,
        ...unstreamed,
        end: { by: 'stream', code: 'stream_lost' },
        errors: [fault('31920'), fault('twilio_signature_invalid'), fault('stream_lost')],
      },
    },
  ],
  ['a handshake error by itself', 'twilio-31920', { notices: [notice(31920)], record: undefined }],
  [
    'Functions that answered 500',
    'twilio-11200',
    { notices: [notice(11200, { url: 'https://f.example.com/stream-mode' })], record: undefined },
  ],
  ['a full bridge', 'bridge_full', { record: ended('bridge_full', unstreamed) }],
  ['a draining bridge', 'bridge_draining', { record: ended('bridge_draining', unstreamed) }],
  [
    'a model without quota, before the closed socket that followed',
    'model_response_failed',
    { notices: [notice(31921)], record: ended('model_response_failed') },
  ],
  [
    'a model that failed, before the action that then answered 500',
    'model_closed',
    { notices: [notice(11200, { text: 'x' })], record: ended('model_closed') },
  ],
  [
    'a stream that never came',
    'stream_not_arrived',
    { record: { ...RECORD, ...unstreamed, end: undefined, endedAtMs: undefined } },
  ],
  [
    'a bridge that went away',
    'bridge-restarted',
    { record: { ...RECORD, end: undefined, endedAtMs: undefined } },
  ],
  ['a busy line', 'call-busy', { twilio: { ...TWILIO, status: 'busy' }, record: undefined }],
  ['a call that led elsewhere', 'never-reached-bridge', { record: undefined }],
  [
    'a callback that failed in a call that went well',
    'twilio-11200',
    { notices: [notice(11200, { url: 'https://f.example.com/call-status' })] },
  ],
])('%s is %s', (_what, id, more) => {
  const verdict = judge(evidence(more));
  expect(verdict.id).toBe(id);
  expect(verdict.isWell).toBe(['nothing-went-wrong', 'in-progress'].includes(id));
  expect(verdict.remedy).not.toBe('');
});

test('a socket that was closed on purpose, and a stranger who knocked, broke nothing', () => {
  const record = { ...RECORD, errors: [fault('twilio_signature_invalid')] };
  expect(judge(evidence({ notices: [notice(31921)], record })).isWell).toBe(true);
});

test('folklore is put right, and the words of the model are told', () => {
  const eleven = judge(evidence({ notices: [notice(11200)], record: undefined }));
  expect(eleven.sentence).toContain('it does not mean that the TwiML is invalid');
  const record = ended('model_response_failed', {
    errors: [fault('model_response_failed', 'the model failed to respond: insufficient_quota')],
  });
  expect(judge(evidence({ record })).sentence).toContain('insufficient_quota');
});

describe('A call whose model was lost', () => {
  const step = (what: string, atMs: number) => ({ what, atMs });
  const lost = fault('model_closed', 'the model closed', 4_000);
  const judgeOf = (more: Partial<BridgeRecord>) =>
    judge(evidence({ record: { ...RECORD, ...more } }));

  test('went well where another session took over, and the verdict tells of it', () => {
    const course = [step('model session lost', 4_001), step('model session replaced', 4_300)];
    const verdict = judgeOf({ course, errors: [lost] });
    expect(verdict).toMatchObject({ id: 'model-replaced', isWell: true });
    expect(verdict.sentence).toContain('model_closed');
  });

  test('failed where it was lost once more and for good', () => {
    const course = [
      step('model session lost', 4_000),
      step('model session replaced', 4_300),
      step('model session lost', 6_000),
    ];
    const errors = [lost, fault('model_unreachable', 'nobody there', 6_000)];
    const end = { by: 'model', code: 'model_unreachable' };
    expect(judgeOf({ course, errors, end }).id).toBe('model_unreachable');
  });

  test('failed where the caller hung up while there was none', () => {
    const course = [step('model session lost', 4_000)];
    expect(judgeOf({ course, errors: [lost] })).toMatchObject({
      id: 'model_closed',
      isWell: false,
    });
  });

  test('went well where a response failed and was had when it was asked for again', () => {
    const errors = [fault('model_response_failed')];
    expect(judgeOf({ errors }).id).toBe('nothing-went-wrong');
  });

  test('has another cause where something else failed after it', () => {
    const course = [step('model session lost', 4_000), step('model session replaced', 4_300)];
    const errors = [lost, fault('stream_idle', 'nothing came', 9_000)];
    const end = { by: 'stream', code: 'stream_idle' };
    expect(judgeOf({ course, errors, end }).id).toBe('stream_idle');
  });
});
