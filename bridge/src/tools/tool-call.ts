import type { ToolUse } from '../records/call-record';
import type { ToolAnswer } from '../records/resume-data';

/** A function call of the model, whole. */
export interface ToolCall {
  readonly callId: string;
  readonly name: string;
  /** JSON, as the model wrote it: it may be anything. */
  readonly arguments: string;
}

/** What a tool gave: text for the model, and whether it did what it should. */
export interface ToolResult {
  readonly output: string;
  readonly failed: boolean;
}

/** What is noted of a call that was answered: for the record, and for whoever goes on with the call. */
export interface ToolNote {
  readonly use: Omit<ToolUse, 'atMs'>;
  readonly answer: Pick<ToolAnswer, 'callId' | 'arguments' | 'output'>;
}

/** An answer may have 256 kB, and is written again with each that follows. */
const KEPT_CHARACTERS = 8_000;

/** Describes a call that was answered. */
export function describeAnswer(
  call: ToolCall,
  { output, failed }: ToolResult,
  ms: number,
): ToolNote {
  const { name, callId } = call;
  const result = failed ? 'failed' : 'answered';
  return {
    use: { name, argumentCharacters: call.arguments.length, ms: Math.round(ms), result },
    answer: {
      callId,
      arguments: call.arguments.slice(0, KEPT_CHARACTERS),
      output: output.slice(0, KEPT_CHARACTERS),
    },
  };
}

/** A result that went well. */
export function succeed(value: unknown): ToolResult {
  return { output: typeof value === 'string' ? value : JSON.stringify(value), failed: false };
}

/**
 * A result that the model can talk about: what went wrong, in words.
 * @param reason what the other system said against it, if that can be read.
 */
export function fail(error: string, reason?: unknown): ToolResult {
  return { output: JSON.stringify({ error, reason }), failed: true };
}
