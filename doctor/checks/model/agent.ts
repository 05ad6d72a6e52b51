import type { Check, Outcome } from '../../check';

/** The agent that answers: without its file, and the files beside it, no bridge starts. */
export const checkAgent: Check = {
  id: 'model.agent',
  title: 'Agent that answers',
  needs: [],
  // A bridge with a wrong variable does not start, and nobody knows then which model it would open.
  after: ['config.variables'],
  run: ({ findModel, settings, facts }) => {
    const model = findModel(settings.environment);
    if ('agentFaults' in model) return Promise.resolve(broken(model.agentFaults));
    facts.model = model;
    const voice = model.session.audio.output.voice;
    return Promise.resolve({
      found: `${model.agent}, with voice ${voice} and model ${model.model}`,
    });
  },
};

function broken(faults: readonly string[]): Outcome {
  const [first = 'no agent file can be used', ...more] = faults;
  const found = more.length === 0 ? first : `${first} (and ${more.length} more)`;
  return {
    found,
    findings: [
      {
        level: 'fault',
        id: 'agent-unusable',
        found,
        why: 'the bridge does not start with it; one that runs keeps the last version that was good',
        remedy: 'correct that line of the agent file; docs/DESIGN.md, Agents, has every key',
      },
    ],
  };
}
