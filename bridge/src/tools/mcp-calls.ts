import { CodedError } from '@realtime-phone/protocol/errors';
import type { ServerEvent } from '@realtime-phone/protocol/realtime/server-events';
import type { CallControls } from './call-controls';
import { Filler } from './filler';

/** A server that is asked by the model is not ours to give up on, but the caller waits no longer. */
const LIMIT_MS = 30_000;
const FILLER_MS = 2_000;
const NO_ANSWER = 'A tool gave no answer. Say so, and go on without it.';

/**
 * The calls that the model makes of MCP servers by itself. They may last longer than the response that
 * they belong to, and what they give is spoken about in another, which the client has to ask for.
 * Source: https://developers.openai.com/api/docs/guides/realtime-mcp. That it has to be asked for is
 * assumed from OpenAI's Agents SDK, which does so.
 */
export class McpCalls {
  readonly #controls: CallControls;
  readonly #limitMs: number;
  /** By item: the response that it belongs to. */
  readonly #atWork = new Map<string, string | undefined>();
  #running: string | undefined;
  /** The response of a call that has ended and was not spoken about. */
  #owed: { readonly origin: string | undefined } | undefined;
  #filler: Filler | undefined;
  #limit: NodeJS.Timeout | undefined;

  constructor(controls: CallControls, limitMs = LIMIT_MS) {
    this.#controls = controls;
    this.#limitMs = limitMs;
  }

  /** True while a server is asked. */
  get isBusy(): boolean {
    return this.#atWork.size > 0;
  }

  /** Takes an event of the model; what is not about these calls is passed over. */
  takeEvent(event: ServerEvent): void {
    switch (event.type) {
      case 'response.created':
        this.#running = event.responseId;
        this.#owed = undefined; // it has the results that came before it
        return;
      case 'response.output_audio.delta':
        if (event.responseId === this.#owed?.origin) this.#owed = undefined;
        return;
      case 'response.done':
        return this.#finish(event.responseId, event.status);
      case 'response.mcp_call.in_progress':
        this.#atWork.set(event.itemId, this.#running);
        clearTimeout(this.#limit);
        this.#limit = setTimeout(() => this.#giveUp(), this.#limitMs);
        return;
      case 'response.mcp_call.completed':
      case 'response.mcp_call.failed':
        return this.#end(event.itemId, event.type === 'response.mcp_call.failed');
      case 'mcp_list_tools.failed':
        this.#controls.onFault(new CodedError('mcp_tools_unavailable'));
    }
  }

  /** Nobody speaks now. */
  pause(): void {
    this.#filler?.begin();
  }

  /** The model is lost, and with it what it asked for: the next is asked to go on. */
  lose(): void {
    const isOwed = this.isBusy || this.#owed !== undefined;
    this.stop();
    this.#filler = undefined;
    this.#running = undefined;
    this.#owed = undefined;
    if (isOwed) this.#controls.ask();
  }

  /** The call is over. */
  stop(): void {
    clearTimeout(this.#limit);
    this.#filler?.stop();
    this.#atWork.clear();
  }

  #finish(responseId: string, status: string): void {
    if (this.#running === responseId) this.#running = undefined;
    // What a response that was cut short wanted is not meant any more.
    if (status !== 'completed') {
      for (const [itemId, origin] of this.#atWork)
        if (origin === responseId) this.#atWork.delete(itemId);
      if (this.#owed?.origin === responseId) this.#owed = undefined;
    }
    if (this.isBusy) {
      this.#filler ??= new Filler(FILLER_MS, this.#controls);
      this.#filler.begin();
    }
    this.#ask();
  }

  #end(itemId: string, failed: boolean): void {
    const wasDropped = !this.#atWork.has(itemId);
    const origin = this.#atWork.get(itemId);
    this.#atWork.delete(itemId);
    this.#controls.onNote(failed ? 'tool failed' : 'tool answered', { tool: 'mcp' });
    if (failed) this.#controls.onFault(new CodedError('mcp_call_failed'));
    if (wasDropped) return;
    this.#owed = { origin };
    this.#ask();
  }

  #giveUp(): void {
    if (!this.isBusy) return;
    this.#controls.onFault(
      new CodedError('mcp_call_failed', `no answer within ${this.#limitMs / 1_000} s`),
    );
    this.stop();
    this.#filler = undefined;
    this.#controls.ask({ response: { instructions: NO_ANSWER } });
  }

  /** All servers have answered, and no response runs that could still speak of it. */
  #ask(): void {
    if (this.isBusy) return;
    clearTimeout(this.#limit);
    this.#filler?.stop();
    this.#filler = undefined;
    if (this.#owed === undefined || this.#running !== undefined) return;
    this.#owed = undefined;
    this.#controls.ask();
  }
}
