import type { AdmissionRequest } from '@realtime-phone/protocol/admission';
import type { NextStep } from '@realtime-phone/protocol/next';

/** A tool call of the model that was answered, as the conversation has it. */
export interface ToolAnswer {
  readonly atMs: number;
  readonly callId: string;
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
  readonly output: string;
}

/**
 * What another bridge, or this one after a fall, needs beside the record to go on with a call. It has
 * real numbers, so it is kept apart from the record, shown nowhere, and gone when the call is over.
 */
export interface ResumeData {
  /** As Twilio gave it: the numbers are not masked. */
  readonly request: AdmissionRequest;
  /** The name of the agent's file. */
  readonly agent: string;
  readonly variables: Readonly<Record<string, string>>;
  /** While the call is with somebody else: what Twilio was told to do, with the caller id. */
  readonly handOver?: Extract<NextStep, { action: 'dial' | 'digits' }>;
  readonly toolAnswers: readonly ToolAnswer[];
}
