import type { Agent } from '../agent/agent-schema';
import type { CallControls } from './call-controls';

/** Keys that belong together, as an account number, come within this of each other. */
const PAUSE_MS = 1_000;
const MAX_KEYS = 64;

const GOODBYE = 'Say a short, polite goodbye in the language of the call.';

/**
 * The keys that the caller presses: one that the agent's file binds does what it says there, the
 * others reach the model as text, together.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages#dtmf-message
 */
export class Keys {
  readonly #agent: Pick<Agent, 'keys' | 'tools'>;
  readonly #controls: CallControls;
  #pressed = '';
  #pause: NodeJS.Timeout | undefined;

  constructor(agent: Pick<Agent, 'keys' | 'tools'>, controls: CallControls) {
    this.#agent = agent;
    this.#controls = controls;
  }

  /** Takes one key: 0 to 9, * or #. */
  press(key: string): void {
    const bound = Object.hasOwn(this.#agent.keys, key) ? this.#agent.keys[key] : undefined;
    if (bound === undefined) {
      if (this.#pressed.length < MAX_KEYS) this.#pressed += key;
      clearTimeout(this.#pause);
      this.#pause = setTimeout(() => this.#tell(), PAUSE_MS);
      return;
    }
    this.#controls.onNote('key bound', { action: bound.action });
    this.#controls.interrupt();
    if (bound.action === 'end_call') {
      this.#controls.ask({ response: { instructions: GOODBYE, tool_choice: 'none' } });
      return this.#controls.endAfterGoodbye();
    }
    for (const tool of this.#agent.tools) {
      const number =
        tool.type === 'transfer_call' ? tool.destinations[bound.destination] : undefined;
      if (tool.type === 'transfer_call' && number !== undefined)
        return this.#controls.transfer(number, tool.timeout_s);
    }
  }

  /** Ends the wait for more keys. */
  stop(): void {
    clearTimeout(this.#pause);
  }

  #tell(): void {
    const keys = this.#pressed;
    this.#pressed = '';
    this.#controls.addItem({
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: `(The caller pressed on the telephone: ${keys})` }],
    });
    this.#controls.ask();
  }
}
