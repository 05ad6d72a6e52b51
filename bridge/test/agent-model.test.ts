import { createOpenAi } from '../src/model/openai';

const config = { REALTIME_MODEL: 'gpt-realtime-2.1', OPENAI_API_KEY: 'sk-x' };

describe('The model of an agent', () => {
  it('is the configured one, where the file names none', () => {
    const provider = createOpenAi({ ...config, REALTIME_URL: 'wss://api.openai.com/v1/realtime' });
    expect(provider.url()).toBe('wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1');
  });

  it('is the one that the file names, even where the address names another', () => {
    const provider = createOpenAi({ ...config, REALTIME_URL: 'wss://example.com/v1?model=a&b=c' });
    expect(provider.url()).toBe('wss://example.com/v1?model=a&b=c');
    expect(provider.url('gpt-realtime-2.1-mini')).toBe(
      'wss://example.com/v1?model=gpt-realtime-2.1-mini&b=c',
    );
  });
});
