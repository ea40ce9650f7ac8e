// One team: its limits, its members, and what it spent.
import { X } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { addressOf } from '../../app/location.ts';
import { BudgetBar } from '../../ui/BudgetBar.tsx';
import { change, inPages } from '../../ui/change.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { gateway } from '../../api/gateway.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Link } from '../../ui/Link.tsx';
import { ObjectViews } from '../../ui/ObjectViews.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { TeamForm } from './TeamForm.tsx';
import { teamsStrings } from './teams-strings.ts';
import { Time } from '../../ui/Time.tsx';
import { useFormats } from '../../lib/numbers.ts';
import { usePersonName } from '../../ui/use-person-name.ts';
import type { Team } from '../../../../client/index.ts';

/** Is open as long as it is rendered. */
export function TeamSheet({ team, keyCount, onClose }: { team: Team; keyCount: number | undefined; onClose: () => void }) {
  const strings = teamsStrings.use();
  const { actions } = shared.use();
  const [step, setStep] = useState<'show' | 'edit' | 'delete'>('show');
  const name = team.team_alias || team.team_id;
  const remove = async (): Promise<void> => {
    onClose();
    await change({ keys: [['teams'], ['team-names']], done: strings.deleted(name), run: () => gateway.teams.delete(team.team_id), optimistic: inPages<Team>((items) => items.filter(({ team_id: id }) => id !== team.team_id)) });
  };
  if (step === 'edit') return <TeamForm present={team} onClose={() => setStep('show')} />;
  return (
    <Sheet
      title={name} subtitle={<span className="mono">{team.team_id}</span>} onClose={onClose}
      actions={(
        <>
          <button type="button" className="button small" onClick={() => setStep('edit')}>{actions.edit}</button>
          <button type="button" className="button small danger" onClick={() => setStep('delete')}>{actions.delete}</button>
        </>
      )}
    >
      <TeamFacts team={team} keyCount={keyCount} />
      {step === 'delete' && <Confirm danger title={strings.deleteTeamTitle} text={strings.deleteTeamText} action={actions.delete} onCancel={() => setStep('show')} onConfirm={() => void remove()} />}
    </Sheet>
  );
}

function TeamFacts({ team, keyCount }: { team: Team; keyCount: number | undefined }) {
  const strings = teamsStrings.use();
  const { fields } = shared.use();
  const formats = useFormats();
  const number = (value: number | null): string => (value === null ? fields.unlimited : formats.count(value));
  const made = { team_alias: team.team_alias, models: team.models, max_budget: team.max_budget, budget_duration: team.budget_duration, rpm_limit: team.rpm_limit, tpm_limit: team.tpm_limit, members_with_roles: team.members_with_roles };
  return (
    <ObjectViews object={team} call={{ method: 'POST', path: '/team/new', body: Object.fromEntries(Object.entries(made).filter(([, value]) => value !== null)) }}>
      <Facts
        rows={[
          [fields.spend, <BudgetBar key="spend" spend={team.spend} budget={team.max_budget} />],
          [strings.duration, team.budget_duration ? <>{team.budget_duration} (<Time at={team.budget_reset_at} />)</> : fields.never],
          [strings.rpm, number(team.rpm_limit)], [strings.tpm, number(team.tpm_limit)],
          [fields.models, team.models.length > 0 ? <span key="models" className="chips">{team.models.map((model) => <span key={model} className="chip">{model}</span>)}</span> : fields.allModels],
          [strings.keys, keyCount === undefined ? null : formats.count(keyCount)], [fields.created, <Time key="created" at={team.created_at} exact />],
        ]}
      />
      <div className="bar">
        <Link className="button" href={addressOf('/keys', { team: team.team_id })}>{strings.seeKeys}</Link>
        <Link className="button" href={addressOf('/logs', { team: team.team_id })}>{strings.seeLogs}</Link>
        <Link className="button" href={addressOf('/usage', { by: 'team' })}>{strings.seeUsage}</Link>
      </div>
      <Members team={team} />
    </ObjectViews>
  );
}

function Members({ team }: { team: Team }) {
  const strings = teamsStrings.use();
  const personName = usePersonName();
  const { actions } = shared.use();
  const keys = [['team', team.team_id], ['teams']] as const;
  const add = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const id = String(form.get('id') ?? '').trim();
    if (id === '') return;
    event.currentTarget.reset();
    const role = form.get('role') === 'admin' ? 'admin' : 'user';
    void change({ keys, done: strings.added(id), run: () => gateway.teams.addMember(team.team_id, id.includes('@') ? { user_email: id, role } : { user_id: id, role }) });
  };
  const remove = (id: string, role: 'admin' | 'user'): Promise<boolean> => change({ keys, done: strings.removed(id), run: () => gateway.teams.removeMember(team.team_id, id), undo: () => gateway.teams.addMember(team.team_id, { user_id: id, role }) });
  return (
    <section>
      <h3>{strings.members}</h3>
      <ul className="bars">
        {team.members_with_roles.map((member) => {
          const id = member.user_id ?? member.user_email ?? '';
          const name = member.user_email ?? personName(id);
          return (
            <li key={id}>
              <div>
                <span className="name">{name} <span className="quiet">{strings.memberRoles[member.role]}</span></span>
                <IconButton icon={X} size={15} label={`${actions.remove}: ${name}`} onClick={() => void remove(id, member.role)} />
              </div>
            </li>
          );
        })}
      </ul>
      <form className="bar" onSubmit={add}>
        <input className="field grows" name="id" aria-label={strings.memberId} placeholder={strings.memberId} required />
        <select className="select" name="role" aria-label={strings.memberRole} defaultValue="user">
          <option value="user">{strings.memberRoles.user}</option>
          <option value="admin">{strings.memberRoles.admin}</option>
        </select>
        <button type="submit" className="button">{strings.addMember}</button>
      </form>
    </section>
  );
}
