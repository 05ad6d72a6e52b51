import { COMMON_VALUES, ELEMENT_NAMES, inRightCase, LIST_ATTRIBUTES, ruleOf } from '../schema';
import { isElement, type TreeElement } from './tree';

/** Names and values in Twilio's own letters, and nothing that Twilio ignores. */
export function correctNames(element: TreeElement, parent = ''): TreeElement {
  const isKnown = ruleOf(element.name, parent) !== undefined || element.name === 'Response';
  const name = isKnown ? element.name : (inRightCase(element.name, ELEMENT_NAMES) ?? element.name);
  return {
    name,
    attributes: correctAttributes({ ...element, name }, parent),
    children: element.children.map((node) => (isElement(node) ? correctNames(node, name) : node)),
  };
}

function correctAttributes(
  { name, attributes }: TreeElement,
  parent: string,
): TreeElement['attributes'] {
  if (name === 'Response') return attributes.filter(([key]) => key !== 'version');
  const rule = ruleOf(name, parent);
  if (rule === undefined) return attributes;
  const known = rule.attributes.split(' ');
  const written = new Map<string, string>();
  for (const [key, value] of attributes) {
    const right = known.includes(key) ? key : inRightCase(key, known);
    // The one that was in its own letters all along is what Twilio has obeyed.
    if (right === undefined || (right !== key && written.has(right))) continue;
    const values = rule.values?.[right] ?? COMMON_VALUES[right];
    const isOne = values !== undefined && !LIST_ATTRIBUTES.includes(right);
    written.set(right, isOne ? (inRightCase(value, values.split(' ')) ?? value) : value);
  }
  return [...written];
}
