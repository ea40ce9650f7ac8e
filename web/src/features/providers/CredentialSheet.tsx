// One stored credential. Its values are masked by the gateway: the call to make it takes them from the environment.
import { addressOf } from '../../app/location.ts';
import { Facts } from '../../ui/Facts.tsx';
import { Link } from '../../ui/Link.tsx';
import { ObjectViews } from '../../ui/ObjectViews.tsx';
import { providersStrings } from './providers-strings.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import type { Credential } from '../../../../client/index.ts';

/** Is open as long as it is rendered. */
export function CredentialSheet({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const strings = providersStrings.use();
  const { credential_name: name, credential_info: info, credential_values: values } = credential;
  const variable = (member: string): string => `os.environ/${name}_${member}`.toUpperCase().replace(/[^A-Z0-9_/.]/g, '_').replace('OS.ENVIRON', 'os.environ');
  const body = { credential_name: name, credential_info: info, credential_values: Object.fromEntries(Object.entries(values).map(([member, value]) => [member, typeof value === 'string' && value.includes('****') ? variable(member) : value])) };
  return (
    <Sheet title={name} subtitle={strings.credentials} onClose={onClose}>
      <ObjectViews object={credential} call={{ method: 'POST', path: '/credentials', body }}>
        <Facts rows={[[strings.provider, typeof info['custom_llm_provider'] === 'string' ? info['custom_llm_provider'] : null], ...Object.entries(values).map(([member, value]) => [member, <span key={member} className="mono">{String(value)}</span>] as const)]} />
        <div className="bar"><Link className="button" href={addressOf('/models', { q: typeof info['custom_llm_provider'] === 'string' ? info['custom_llm_provider'] : '' })}>{strings.deployments}</Link></div>
      </ObjectViews>
    </Sheet>
  );
}
