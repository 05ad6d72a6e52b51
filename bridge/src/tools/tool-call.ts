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
