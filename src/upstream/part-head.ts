// What the head of a form's part says of it (RFC 7578, RFC 9110), strictly: where another program could read another name, there is none.

/** One part, as its head names it. */
export interface PartHead {
  name: string;
  filename: string | null;
  mediaType: string;
}

const dispositionForm = /^form-data((?:[ \t]*;[ \t]*[!#$%&'*+.^_`|~0-9a-z-]+=(?:"(?:[^"\\\r\n]|\\.)*"|[^\s";]+))*)[ \t]*$/i;
const parameterForm = /;[ \t]*([!#$%&'*+.^_`|~0-9a-z-]+)=(?:"((?:[^"\\\r\n]|\\.)*)"|([^\s";]+))/gi;

/** Reads a head, from behind its delimiter to the empty line; null when another program could read another name there. */
export function readPartHead(head: string): PartHead | null {
  const [padding = '', ...lines] = head.split('\r\n');
  if (/[^ \t]/.test(padding) || lines.some((line) => /[\r\n\0]/.test(line) || /^[ \t]/.test(line))) return null;
  const [told, ...others] = lines.filter((line) => /^content-disposition[ \t]*:/i.test(line));
  const found = told === undefined || others.length > 0 ? null : dispositionForm.exec(told.slice(told.indexOf(':') + 1).trim());
  if (!found) return null;
  const parameters = new Map<string, string>();
  for (const [, name = '', quotedText, word] of (found[1] ?? '').matchAll(parameterForm)) {
    const key = name.toLowerCase();
    if (parameters.has(key) || key === 'name*') return null;
    parameters.set(key, quotedText?.replace(/\\(.)/g, '$1') ?? word ?? '');
  }
  const name = parameters.get('name');
  if (name === undefined) return null;
  return { name, filename: parameters.get('filename') ?? parameters.get('filename*') ?? null, mediaType: /^content-type:\s*([\w.+-]+\/[\w.+-]+)/im.exec(head)?.[1] ?? 'application/octet-stream' };
}
