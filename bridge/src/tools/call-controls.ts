import type { CodedError } from '@realtime-phone/protocol/errors';
import type { ClientItem } from '@realtime-phone/protocol/realtime/client-events';
import type { ResponseRequest } from '../call/responses';
import type { ToolCall } from './tool-call';

/** What tools can do to the call that they belong to. */
export interface CallControls {
  /** Puts an item into the conversation. */
  addItem(item: ClientItem): void;
  /** The model has asked for this, and is answered later: a session that takes over has to know it. */
  noteCall(call: ToolCall): void;
  /** Asks for a response, as soon as one may be asked for. */
  ask(request?: ResponseRequest): void;
  /** True while nobody speaks and no response is owed. */
  isIdle(): boolean;
  /** Silences the agent, as the caller does by speaking. */
  interrupt(): void;
  endAfterGoodbye(): void;
  transfer(number: string, timeoutS: number): void;
  sendDigits(digits: string): void;
  reportOutcome(outcome: unknown): void;
  onFault(fault: CodedError): void;
  onNote(what: string, details?: object): void;
}
