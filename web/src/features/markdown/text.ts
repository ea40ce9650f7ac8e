// Small rules about text that a model wrote.

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', copy: '©', hellip: '…', mdash: '—', ndash: '–' };

/** The parser leaves `&amp;` and the like as they are. React writes text, never HTML: a decoded `<` is only a character. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The address when it is one that a link may have (web and mail), else null: `javascript:` and `data:` are not. */
export function safeAddress(address: string): string | null {
  try {
    const { protocol, href } = new URL(decodeEntities(address));
    return ['http:', 'https:', 'mailto:'].includes(protocol) ? href : null;
  } catch {
    return null;
  }
}

/** The host of an image that may be loaded (only `https:`), else null. */
export function imageHost(address: string): string | null {
  const safe = safeAddress(address);
  return safe?.startsWith('https:') ? new URL(safe).host : null;
}
