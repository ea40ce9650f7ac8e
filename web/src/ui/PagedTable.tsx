// A table over a list that the server pages, in each of its states: loading, failed, empty, nothing found, rows.
import type { ReactNode } from 'react';
import { DataTable, type DataTableProps } from './DataTable.tsx';
import { Problem } from './Problem.tsx';
import { TableSkeleton } from './TableSkeleton.tsx';
import type { Paged } from './use-paged.ts';

interface PagedTableProps<Row> extends Pick<DataTableProps<Row>, 'label' | 'columns' | 'rowKey' | 'href' | 'tone'> {
  paged: Paged<Row>;
  /** What is said of a list without rows, of one in which nothing fits the search, and what to do about the first. */
  empty: { title: string; nothing: string; about?: ReactNode };
}

/** See the top of the file. */
export function PagedTable<Row>({ paged, empty, ...table }: PagedTableProps<Row>) {
  if (paged.error) return <Problem error={paged.error} onRetry={paged.retry} />;
  if (paged.loading) return <TableSkeleton />;
  if (paged.rows.length === 0) {
    return (
      <div className="empty">
        <h2>{paged.search ? empty.nothing : empty.title}</h2>
        {!paged.search && empty.about !== undefined && <p className="quiet">{empty.about}</p>}
      </div>
    );
  }
  return <DataTable {...table} rows={paged.rows} total={paged.total} more={paged.more} dim={paged.stale} sorting={paged.sorting} onSort={paged.onSort} />;
}
