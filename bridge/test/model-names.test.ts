import { doubtModel, doubtTranscriptionModel, doubtVoice } from '../src/model/model-names';

const on = (day: string) => Date.parse(`${day}T00:00:00Z`);

describe('The names of models and voices', () => {
  it('raise no doubt where they are current', () => {
    expect(doubtModel('gpt-realtime-2.1', on('2026-11-25'))).toBeUndefined();
    expect(doubtTranscriptionModel('gpt-transcribe', on('2026-11-25'))).toBeUndefined();
    expect(doubtVoice('marin')).toBeUndefined();
  });

  it('raise none while an announced end is far, and say when it is near or past', () => {
    expect(doubtModel('gpt-realtime', on('2026-06-01'))).toBeUndefined();
    expect(doubtModel('gpt-realtime', on('2026-11-25'))).toBe(
      'gpt-realtime is shut down on 2027-01-20, in 56 days; take gpt-realtime-2.1',
    );
    expect(doubtModel('gpt-realtime', on('2027-01-20'))).toBe(
      'gpt-realtime was shut down on 2027-01-20; take gpt-realtime-2.1',
    );
    expect(doubtTranscriptionModel('whisper-1', on('2026-12-25'))).toMatch('in 63 days');
  });

  it('raise one where nobody knows them', () => {
    expect(doubtModel('toString', on('2026-11-25'))).toMatch('is not a model');
    expect(doubtVoice('nova')).toMatch('nova is not a voice of the Realtime API');
  });
});
