// Changes one setting in the text of a configuration and leaves every other character as its author wrote it: comments, order and quotes stay.
import { isMap, isPair, isScalar, isSeq, parseDocument, stringify, type Document, type Pair, type YAMLMap } from 'yaml';

/** Where a setting is: names of maps and positions in lists. */
export type SettingPath = readonly (string | number)[];

/** The text with a setting changed; without it for `undefined`. Gives null for a text that is no YAML. */
export function setSetting(text: string, path: SettingPath, value: unknown): string | null {
  const document = parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length > 0 || (document.contents !== null && !isMap(document.contents))) return null;
  const wanted = parseDocument(text, { logLevel: 'silent' });
  if (value === undefined) wanted.deleteIn(path);
  else {
    // `section:` with nothing after it is a section that is empty.
    for (let depth = 1; depth < path.length; depth++) if (wanted.getIn(path.slice(0, depth)) === null) wanted.setIn(path.slice(0, depth), wanted.createNode({}));
    wanted.setIn(path, wanted.createNode(value));
  }
  const spliced = spliceSetting(document, text, path, value);
  // What was put in by hand has to mean the same as what the library would write; where it does not, the library writes.
  if (spliced !== null && JSON.stringify(parsedOf(spliced)) === JSON.stringify(wanted.toJS())) return spliced;
  return wanted.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** The value of a setting; undefined where the text does not have it. */
export function settingOf(text: string, path: SettingPath): unknown {
  const document = parseDocument(text, { logLevel: 'silent' });
  const node = document.getIn(path);
  return isMap(node) || isSeq(node) ? node.toJS(document) : node;
}

function parsedOf(text: string): unknown {
  const document = parseDocument(text, { logLevel: 'silent' });
  return document.errors.length > 0 ? null : document.toJS();
}

function spliceSetting(document: Document, text: string, path: SettingPath, value: unknown): string | null {
  const name = path.at(-1);
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (typeof name !== 'string') return null;
  if (!isMap(parent)) return value === undefined ? text : insertWithParents(document, text, path, value);
  const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === name);
  return pair ? replacePair(text, pair, name, value) : value === undefined ? text : appendPair(text, parent, name, value);
}

function replacePair(text: string, pair: Pair, name: string, value: unknown): string | null {
  const [keyStart, valueEnd] = [isScalar(pair.key) ? pair.key.range?.[0] : undefined, rangeOf(pair.value)?.[1]];
  if (keyStart === undefined || valueEnd === undefined) return null;
  const lineStart = text.lastIndexOf('\n', keyStart - 1) + 1;
  const before = text.slice(lineStart, keyStart);
  if (value === undefined) {
    // Only a pair that has its lines for itself is cut out here.
    if (before.trim() !== '') return null;
    const lineEnd = text.indexOf('\n', trimmedEnd(text, valueEnd));
    return text.slice(0, lineStart) + (lineEnd === -1 ? '' : text.slice(lineEnd + 1));
  }
  const [end, inFlow] = [trimmedEnd(text, valueEnd), before.includes('{')];
  return text.slice(0, keyStart) + pairText(name, value, keyStart - lineStart, inFlow) + text.slice(end);
}

function appendPair(text: string, parent: YAMLMap, name: string, value: unknown): string | null {
  const [first, last] = [parent.items[0], parent.items.at(-1)];
  const firstKey = isPair(first) && isScalar(first.key) ? first.key.range?.[0] : undefined;
  const lastEnd = isPair(last) ? rangeOf(last.value)?.[1] ?? (isScalar(last.key) ? last.key.range?.[1] : undefined) : undefined;
  if (firstKey === undefined || lastEnd === undefined) return null;
  const end = trimmedEnd(text, lastEnd);
  if (parent.flow) return `${text.slice(0, end)}, ${pairText(name, value, 0, true)}${text.slice(end)}`;
  const column = firstKey - (text.lastIndexOf('\n', firstKey - 1) + 1);
  const lineEnd = text.indexOf('\n', end);
  const at = lineEnd === -1 ? text.length : lineEnd;
  return `${text.slice(0, at)}\n${' '.repeat(column)}${pairText(name, value, column, false)}${text.slice(at)}`;
}

/** The section is not there yet: it is written at the end, or under the last part of the path that is there. */
function insertWithParents(document: Document, text: string, path: SettingPath, value: unknown): string | null {
  const known = path.findLastIndex((_, index) => index > 0 && isMap(document.getIn(path.slice(0, index), true)));
  const rest = path.slice(Math.max(0, known));
  const [name, ...inner] = rest;
  if (typeof name !== 'string' || inner.some((part) => typeof part !== 'string')) return null;
  const nested = inner.reduceRight<unknown>((below, part) => ({ [part]: below }), value);
  const parent = known > 0 ? document.getIn(path.slice(0, known), true) : null;
  // An empty section (`router_settings:` and nothing after it) is a pair that gets a value.
  const empty = isMap(document.contents) ? document.contents.items.find((item) => known <= 0 && isScalar(item.key) && item.key.value === name) : undefined;
  if (empty && isScalar(empty.key) && empty.key.range) {
    const colon = text.indexOf(':', empty.key.range[1]);
    return `${text.slice(0, empty.key.range[0])}${pairText(name, nested, 0, false)}${text.slice(Math.max(colon + 1, rangeOf(empty.value)?.[1] ?? 0))}`;
  }
  if (isMap(parent)) return appendPair(text, parent, name, nested);
  return `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${pairText(name, nested, 0, false)}\n`;
}

const longestLine = 100;

function pairText(name: string, value: unknown, column: number, inFlow: boolean): string {
  const flow = stringify({ [name]: value }, { lineWidth: 0, collectionStyle: 'flow', flowCollectionPadding: false }).trimEnd().replace(/^\{|\}$/g, '');
  const simple = typeof value !== 'object' || value === null || (flow.length <= longestLine && (Array.isArray(value) || Object.values(value).every((each) => typeof each !== 'object')));
  if (inFlow || (simple && !flow.includes('\n') && (typeof value !== 'object' || value === null || Array.isArray(value)))) return flow;
  return stringify({ [name]: value }, { lineWidth: 0, collectionStyle: 'any' }).trimEnd().replaceAll('\n', `\n${' '.repeat(column)}`);
}

// The library counts the white space and comments after a collection as its own.
function trimmedEnd(text: string, end: number): number {
  let at = end;
  while (at > 0 && /\s/.test(text[at - 1] ?? '')) at--;
  return at;
}

function rangeOf(node: unknown): readonly [number, number, number] | undefined {
  return typeof node === 'object' && node !== null && 'range' in node ? node.range as [number, number, number] : undefined;
}
