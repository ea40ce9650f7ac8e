// The configuration: the file, all settings with where they come from, and earlier versions.
import { useQuery } from '@tanstack/react-query';
import { configurationStrings } from './configuration-strings.ts';
import { FileEditor } from './FileEditor.tsx';
import { gateway } from '../../api/gateway.ts';
import { GatewayError, type Configuration } from '../../../../client/index.ts';
import { HistoryList } from './HistoryList.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { setQuery, useQueryMember } from '../../app/location.ts';
import { SettingList } from './SettingList.tsx';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import { Tabs } from '../../ui/Tabs.tsx';

/** See the top of the file. */
export default function ConfigurationPage() {
  const strings = configurationStrings.use();
  const query = useQuery({ queryKey: ['configuration'], queryFn: ({ signal }) => gateway.configuration.show(signal), staleTime: 0 });
  const searching = useQueryMember('q') !== null;
  const view = useQueryMember('view') ?? (searching ? 'settings' : 'file');
  const noFile = query.error instanceof GatewayError && query.error.status === 404;
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="configuration" about={strings.about} />
      {query.isPending && <TableSkeleton />}
      {noFile && <div className="empty"><p>{strings.noFile}</p></div>}
      {query.error && !noFile && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Views configuration={query.data} view={view} />}
    </main>
  );
}

function Views({ configuration, view }: { configuration: Configuration; view: string }) {
  const strings = configurationStrings.use();
  return (
    <Tabs
      label={strings.views} current={view} onChange={(id) => setQuery({ view: id, ...(id !== 'settings' && { q: null }) }, { replace: true })}
      tabs={[
        { id: 'file', label: strings.file, content: () => <FileEditor key={configuration.etag} configuration={configuration} /> },
        { id: 'settings', label: strings.settings, content: () => <SettingList fields={configuration.fields} /> },
        { id: 'history', label: strings.history, content: () => <HistoryList configuration={configuration} /> },
      ]}
    />
  );
}
