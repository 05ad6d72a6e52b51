import type { StoredItem } from './conversation';

const USER_AUDIO_MS_PER_TOKEN = 100;
const ASSISTANT_AUDIO_MS_PER_TOKEN = 50;
const LETTERS_PER_TOKEN = 4;

/** What a response said, to be counted. */
export interface Output {
  readonly audioMs: number;
  readonly text: string;
}

/** The `usage` of a response that read these items; audio is counted as the price list counts it. */
export function usageOf(instructions: string, read: readonly StoredItem[], output: Output): object {
  const inputAudio = sum(read, ({ item, audioMs }) =>
    Math.ceil(
      audioMs / (item.role === 'user' ? USER_AUDIO_MS_PER_TOKEN : ASSISTANT_AUDIO_MS_PER_TOKEN),
    ),
  );
  const inputText =
    textTokens(instructions) +
    sum(read, ({ item }) => sum(item.content ?? [], (part) => textTokens(part.text ?? '')));
  const outputAudio = Math.ceil(output.audioMs / ASSISTANT_AUDIO_MS_PER_TOKEN);
  const outputText = textTokens(output.text);
  return {
    total_tokens: inputAudio + inputText + outputAudio + outputText,
    input_tokens: inputAudio + inputText,
    output_tokens: outputAudio + outputText,
    input_token_details: {
      text_tokens: inputText,
      audio_tokens: inputAudio,
      image_tokens: 0,
      cached_tokens: 0,
      cached_tokens_details: { text_tokens: 0, audio_tokens: 0, image_tokens: 0 },
    },
    output_token_details: { text_tokens: outputText, audio_tokens: outputAudio },
  };
}

/** The usage of a response that did nothing. */
export const NO_USAGE = {
  total_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  input_token_details: {
    text_tokens: 0,
    audio_tokens: 0,
    image_tokens: 0,
    cached_tokens: 0,
    cached_tokens_details: { text_tokens: 0, audio_tokens: 0, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 0, audio_tokens: 0 },
};

function textTokens(text: string): number {
  return Math.ceil(text.length / LETTERS_PER_TOKEN);
}

function sum<T>(all: readonly T[], count: (each: T) => number): number {
  return all.reduce((total, each) => total + count(each), 0);
}
