// Every object in three views: for reading, as YAML, and as the call that makes it.
import { lazy, type ReactNode, Suspense } from 'react';
import { CodeBox } from './CodeBox.tsx';
import { shared } from '../i18n/shared-strings.ts';
import { Tabs } from './Tabs.tsx';

const YamlBox = lazy(() => import('./YamlBox.tsx'));

/** A call of the API. */
export interface ApiCallView {
  method: string;
  path: string;
  body?: unknown;
}

/** `more` are further tabs, after the first. */
export function ObjectViews({ object, call, children, more = [] }: { object: unknown; call: ApiCallView; children: ReactNode; more?: { id: string; label: string; content: () => ReactNode }[] }) {
  const { object: strings } = shared.use();
  return (
    <Tabs
      label={strings.tabs}
      tabs={[
        { id: 'overview', label: strings.overview, content: () => children },
        ...more,
        { id: 'yaml', label: strings.yaml, content: () => <Suspense fallback={null}><YamlBox object={object} label={strings.yaml} /></Suspense> },
        { id: 'call', label: strings.call, content: () => <CodeBox text={curlOf(call)} label={strings.call} /> },
      ]}
    />
  );
}

/** A call as a line for a shell. The key stays a name: whoever runs it has their own. */
export function curlOf({ method, path, body }: ApiCallView): string {
  const lines = [`curl ${method === 'GET' ? '' : `-X ${method} `}'${location.origin}${path}'`, `  -H "Authorization: Bearer $LITELLM_MASTER_KEY"`];
  if (body !== undefined) lines.push(`  -H 'Content-Type: application/json'`, `  -d '${JSON.stringify(body, null, 2).replaceAll("'", String.raw`'\''`)}'`);
  return lines.join(' \\\n');
}
