import type { TwimlElement } from './document';
import { quote, type TwimlFinding } from './finding';
import {
  COMMON_VALUES,
  ELEMENT_NAMES,
  type ElementRule,
  inRightCase,
  LIST_ATTRIBUTES,
  RESPONSE_CHILDREN,
  ruleOf,
} from './schema';

/**
 * What Twilio reports as 12200: an element, attribute, value or nesting that its schema does not
 * have. Twilio ignores the thing and goes on.
 * Source: https://www.twilio.com/docs/api/errors/12200
 */
export function checkSchema(response: TwimlElement): TwimlFinding[] {
  const findings: TwimlFinding[] = [];
  if (response.text !== '') findings.push(textMisplaced(response));
  for (const verb of response.children) checkElement(verb, 'Response', RESPONSE_CHILDREN, findings);
  return findings;
}

function checkElement(
  element: TwimlElement,
  parent: string,
  allowed: readonly string[],
  findings: TwimlFinding[],
): void {
  const { name, line } = element;
  const rule = ruleOf(name, parent);
  if (rule === undefined) {
    const right = inRightCase(name, ELEMENT_NAMES);
    findings.push(
      right === undefined
        ? warning('element-unknown', `there is no element <${name}>`, 'remove it', line)
        : warning(
            'element-case',
            `<${name}> is in the wrong case; TwiML tells upper from lower case`,
            `write <${right}>`,
            line,
          ),
    );
    return;
  }
  if (!allowed.includes(name)) {
    const where = allowed.length === 0 ? 'it takes no elements' : `it takes ${allowed.join(', ')}`;
    findings.push(
      warning(
        'element-misplaced',
        `<${name}> may not stand in <${parent}>`,
        `${where}; move <${name}> out of it`,
        line,
      ),
    );
  }
  checkAttributes(element, rule, findings);
  if (element.text !== '' && rule.text !== true) findings.push(textMisplaced(element));
  const children = words(rule.children ?? '');
  for (const child of element.children) checkElement(child, name, children, findings);
}

function checkAttributes(
  { name, attributes, line }: TwimlElement,
  rule: ElementRule,
  findings: TwimlFinding[],
): void {
  const known = words(rule.attributes);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (!known.includes(attribute)) {
      const right = inRightCase(attribute, known);
      findings.push(
        warning(
          right === undefined ? 'attribute-unknown' : 'attribute-case',
          `<${name}> has no attribute ${quote(attribute)}`,
          right === undefined ? 'remove it: Twilio ignores it' : `write ${right}`,
          line,
        ),
      );
      continue;
    }
    const values = rule.values?.[attribute] ?? COMMON_VALUES[attribute];
    if (values === undefined) continue;
    const given = LIST_ATTRIBUTES.includes(attribute) ? value.trim().split(/\s+/) : [value];
    const wrong = given.find((one) => !words(values).includes(one));
    if (wrong === undefined) continue;
    findings.push(
      warning(
        'attribute-value',
        `${attribute} of <${name}> cannot be ${quote(wrong)}`,
        `use one of ${words(values).join(', ')}`,
        line,
      ),
    );
  }
}

function textMisplaced({ name, text, line }: TwimlElement): TwimlFinding {
  return warning(
    'text-misplaced',
    `<${name}> takes no text, and holds ${quote(text)}`,
    'put the words into <Say>, or remove them',
    line,
  );
}

function warning(id: string, message: string, remedy: string, line: number): TwimlFinding {
  return { code: 12200, id, level: 'warning', message, remedy, line };
}

function words(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ');
}
