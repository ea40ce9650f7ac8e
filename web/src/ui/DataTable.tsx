// A table whose rows the server sorts, filters and pages. Sorting stands in the address; a row opens by its first cell's link.
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { MouseEvent, ReactNode } from 'react';
import { Link } from './Link.tsx';
import { shared } from '../i18n/shared-strings.ts';
import { useFormats } from '../lib/numbers.ts';

/** A column. */
export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Numbers line up at the right. */
  align?: 'end';
  /** The server's name for sorting by this column. */
  sort?: string;
  /** Its name is for screen readers only. */
  quiet?: boolean;
  /** Left out where there is little room. */
  minor?: boolean;
}

/** How the rows are sorted. */
export interface Sorting {
  by: string;
  order: 'asc' | 'desc';
}

/** What a table is made of. */
export interface DataTableProps<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  /** Where a row leads; its first cell becomes the link. */
  href?: (row: Row) => string;
  sorting?: Sorting;
  onSort?: (sorting: Sorting) => void;
  /** How many there are in all, when not all are shown. */
  total?: number | undefined;
  more?: { load: () => void; loading: boolean } | undefined;
  dim?: boolean;
  tone?: (row: Row) => 'bad' | undefined;
}

/** The link of the first cell covers its row; what has a tip of its own lies above it, and leads there too. */
function openRow(event: MouseEvent<HTMLTableRowElement>): void {
  if (event.target instanceof Element && event.target.closest('a, button') === null) event.currentTarget.querySelector<HTMLAnchorElement>('a.row-link')?.click();
}

/** See the top of the file. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, columns, rowKey, href, sorting, onSort, total, more, dim = false, tone } = props;
  const strings = shared.use();
  const formats = useFormats();
  return (
    <div className="data-table" data-dim={dim}>
      <div className="data-scroll" tabIndex={0} role="region" aria-label={label}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => {
                const sorted = sorting !== undefined && column.sort === sorting.by ? sorting.order : null;
                return (
                  <th key={column.id} scope="col" data-align={column.align} data-minor={column.minor} aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined}>
                    {column.sort !== undefined && onSort ? (
                      <button type="button" title={strings.table.sortBy(column.header)} onClick={() => onSort({ by: column.sort ?? '', order: sorted === 'desc' ? 'asc' : 'desc' })}>
                        {column.header}
                        {sorted === 'asc' && <ArrowUp aria-hidden size={13} />}
                        {sorted === 'desc' && <ArrowDown aria-hidden size={13} />}
                      </button>
                    ) : (
                      column.quiet ? <span className="visually-hidden">{column.header}</span> : column.header
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={rowKey(row)} data-link={href !== undefined} data-tone={tone?.(row)} onClick={href === undefined ? undefined : openRow}>
                {columns.map((column, index) => (
                  <td key={column.id} data-align={column.align} data-minor={column.minor}>
                    {index === 0 && href ? <Link href={href(row)} className="row-link">{column.cell(row)}</Link> : column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {(more || (total !== undefined && total > rows.length)) && (
        <footer>
          {total !== undefined && <span className="quiet number">{strings.table.rows(formats.count(rows.length), formats.count(total))}</span>}
          {more && (
            <button type="button" className="button" disabled={more.loading} onClick={more.load}>
              {more.loading ? strings.states.loading : strings.actions.more}
            </button>
          )}
        </footer>
      )}
    </div>
  );
}
