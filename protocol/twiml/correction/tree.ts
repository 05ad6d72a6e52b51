import { SaxesParser } from 'saxes';

/** An element with all that stands in it, in its order. */
export interface TreeElement {
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly children: readonly TreeNode[];
}

/** An element, words, or a comment. */
export type TreeNode = TreeElement | string | { readonly comment: string };

/** True for an element. */
export function isElement(node: TreeNode): node is TreeElement {
  return typeof node === 'object' && 'name' in node;
}

interface Growing {
  readonly name: string;
  attributes: [string, string][];
  readonly children: TreeNode[];
}

/**
 * Reads a document that was checked already, with nothing of it lost but declaration and doctype.
 * @throws Error when it is not well-formed.
 */
export function readTree(xml: string): TreeElement {
  const parser = new SaxesParser();
  const top: Growing = { name: '', attributes: [], children: [] };
  const open: Growing[] = [top];
  const add = (node: TreeNode) => void open.at(-1)?.children.push(node);
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: Growing = { name, attributes: Object.entries(attributes), children: [] };
    add(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('comment', (comment) => add({ comment }));
  parser.write(xml).close();
  const root = top.children.find(isElement);
  if (root === undefined) throw new Error('there is no element');
  return root;
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';

/** Writes a document: an element a line, and what holds words in one line, as it was. */
export function writeTree(root: TreeElement): string {
  return `${DECLARATION}\n${linesOf(root, '').join('\n')}\n`;
}

function linesOf(node: TreeNode, indent: string): string[] {
  if (!isElement(node)) return [indent + writeNode(node)];
  const inner = node.children.filter((child) => typeof child !== 'string' || child.trim() !== '');
  if (inner.length === 0 || inner.some((child) => typeof child === 'string')) {
    return [indent + writeNode(node)];
  }
  return [
    `${indent}<${openingOf(node)}>`,
    ...inner.flatMap((child) => linesOf(child, `${indent}  `)),
    `${indent}</${node.name}>`,
  ];
}

function writeNode(node: TreeNode): string {
  if (typeof node === 'string') return escape(node);
  if (!isElement(node)) return `<!--${node.comment}-->`;
  const inner = node.children.map(writeNode).join('').trim();
  return inner === '' ? `<${openingOf(node)}/>` : `<${openingOf(node)}>${inner}</${node.name}>`;
}

function openingOf({ name, attributes }: TreeElement): string {
  return [name, ...attributes.map(([key, value]) => `${key}="${escape(value)}"`)].join(' ');
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
