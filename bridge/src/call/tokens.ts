import type { TokensUsed } from '../records/call-record';

/** No tokens yet. */
export function noTokens(): TokensUsed {
  return {
    responses: 0,
    input: 0,
    inputText: 0,
    inputAudio: 0,
    inputCached: 0,
    output: 0,
    outputText: 0,
    outputAudio: 0,
  };
}

/**
 * Adds the `usage` of a `response.done`. What a provider leaves out counts as none.
 * Source: https://platform.openai.com/docs/api-reference/realtime-server-events/response/done
 */
export function addUsage(tokens: TokensUsed, usage: unknown): void {
  const whole = fields(usage);
  const input = fields(whole.input_token_details);
  const output = fields(whole.output_token_details);
  tokens.responses += 1;
  tokens.input += count(whole.input_tokens);
  tokens.inputText += count(input.text_tokens);
  tokens.inputAudio += count(input.audio_tokens);
  tokens.inputCached += count(input.cached_tokens);
  tokens.output += count(whole.output_tokens);
  tokens.outputText += count(output.text_tokens);
  tokens.outputAudio += count(output.audio_tokens);
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  // An object of JSON has string keys; what they hold is looked at by `count`.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}
