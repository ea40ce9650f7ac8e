import { expect, test } from 'bun:test';
import { filterByTags, type TagSettings } from './tags.ts';
import type { Deployment } from './deployment.ts';

const made = (id: string, tags: string[], tagRegex: RegExp[] = []): Deployment => ({ id, tags, tagRegex } as unknown as Deployment);
const usual: TagSettings = { tagFiltering: true, tagFilteringByGroup: new Map(), tagMatchAny: true, tagPrefix: '' };
const chosen = (deployments: Deployment[], tags: string[], settings: Partial<TagSettings> = {}, userAgent: string | null = null): string =>
  filterByTags(deployments, { tags, userAgent }, { ...usual, ...settings }).map(({ id }) => id).join();

test('tags choose, demand and refuse deployments', () => {
  const all = [made('plain', []), made('eu', ['eu']), made('fast', ['eu', 'fast']), made('usual', ['default'])];
  for (const [tags, expected] of [
    [['eu'], 'eu,fast'], [['&fast', 'eu'], 'fast'], [['!fast', 'eu'], 'eu'], [['&eu'], 'eu,fast'], [['!eu'], 'plain,usual'], [['unknown'], 'usual'], [[], 'usual'],
  ] as const) expect([tags, chosen(all, [...tags])]).toEqual([tags, expected]);
  expect(chosen(all, ['eu', 'fast'], { tagMatchAny: false })).toBe('fast');
  expect(chosen([made('eu', ['eu'])], ['us'])).toBe('');
});

test('a prefix is cut off before tags are compared', () => {
  const all = [made('eu', ['eu']), made('us', ['us'])];
  expect(chosen(all, ['route:eu', 'team:blue'], { tagPrefix: 'route:' })).toBe('eu');
  expect(chosen(all, ['eu'], { tagPrefix: 'route:' })).toBe('eu');
});

test('a pattern over the User-Agent chooses as a tag does', () => {
  const all = [made('cli', [], [/^User-Agent: claude-cli\//]), made('usual', ['default'])];
  expect(chosen(all, [], {}, 'claude-cli/2.0')).toBe('cli');
  expect(chosen(all, [], {}, 'curl/8')).toBe('usual');
  expect(chosen([...all, made('eu', ['eu'])], ['eu'], {}, 'claude-cli/2.0')).toBe('cli,eu');
  // Where all tags are demanded, the header does not let a tagged deployment in.
  expect(chosen([made('both', ['eu'], [/claude/])], ['us'], { tagMatchAny: false }, 'claude-cli/2.0')).toBe('');
});
