import { expect, test } from 'bun:test';
import { databaseAddress } from './database-url.ts';
import { loadConfigText } from './load.ts';

function found(yaml: string, environment: Record<string, string> = {}, dataFolder?: string): string {
  const loaded = loadConfigText(yaml, environment);
  if (loaded.kind === 'error') throw new Error(JSON.stringify(loaded.problems));
  const address = databaseAddress(loaded.config, dataFolder);
  return address.kind === 'url' ? address.url : address.kind;
}

test('the file wins over the environment, the environment over the data folder', () => {
  const url = 'general_settings:\n  database_url: postgresql://file/db';
  expect(found(url, { DATABASE_URL: 'postgresql://env/db' })).toBe('postgresql://file/db');
  expect(found('general_settings: {}', { DATABASE_URL: 'sqlite:/tmp/a.db' }, '/data')).toBe('sqlite:/tmp/a.db');
  expect(found('general_settings: {}', {}, '/data')).toBe('sqlite:/data/weir.db');
  expect(found('general_settings: {}')).toBe('none');
});

test('null counts as not given', () => {
  expect(found('general_settings:\n  database_url: null')).toBe('none');
  expect(found('general_settings:\n  database_url: null', { DATABASE_URL: 'postgres://env/db' })).toBe('postgres://env/db');
});

test('the parts of an address are put together, with what needs escaping escaped', () => {
  expect(found('general_settings: {}', { DATABASE_HOST: 'db:5432', DATABASE_USERNAME: 'me', DATABASE_PASSWORD: 'p@ss/', DATABASE_NAME: 'litellm' }))
    .toBe('postgresql://me:p%40ss%2F@db:5432/litellm');
});

test('what is no address, or points nowhere, is refused', () => {
  expect(found('general_settings:\n  database_url: mysql://file/db')).toBe('refused');
  expect(found('general_settings:\n  database_url: os.environ/NOT_SET', { DATABASE_URL: 'postgresql://env/db' })).toBe('refused');
});
