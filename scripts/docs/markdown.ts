// Small helpers for the documentation that is generated from tables.

/** A Markdown table; `|` and line breaks in cells are made harmless. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** Inline code, or an empty cell. */
export function code(value: string | undefined): string {
  return value === undefined || value === '' ? '' : `\`${value}\``;
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
