// docs/configuration.md, from the table of configuration fields.
import type { Field } from '../../src/config/field.ts';
import { sections } from '../../src/config/schema.ts';
import type { Section } from '../../src/config/schema.ts';
import { expectation } from '../../src/config/shape.ts';
import { code, table } from './markdown.ts';

const introduction = `# The configuration file

<!-- Made by scripts/docs/generate.ts from src/config/schema.ts. Change the table, not this page. -->

Weir reads the \`config.yaml\` of LiteLLM Proxy. The smallest useful one:

\`\`\`yaml
model_list:
  - model_name: deepseek
    litellm_params:
      model: openrouter/deepseek/deepseek-chat-v3-0324
      api_key: os.environ/OPENROUTER_API_KEY
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
\`\`\`

\`weir check config.yaml\` reads a file as the start does and says what is wrong. A mistake stops the start and is reported with file, line,
column, field and what was expected. A name that is not in the tables below warns.

## Values from the environment

* \`os.environ/NAME\` as a whole value is replaced by the environment's value, anywhere in the file, also in lists. In headers it may stand
  inside the value: \`Authorization: Bearer os.environ/NAME\`.
* A name that is not set is reported at the start. When it is the \`api_key\` of a deployment, calls to that deployment fail and name it; the
  others work.
* \`\${NAME}\` is never replaced, and therefore an error.
* The environment is what is exported, then what \`.env\` in the current folder adds to it. \`environment_variables\` of the file wins over both.
* Environment values are text. Where a field is a number, or true or false, the text is read as one.

## The master key

It is \`general_settings.master_key\`, else \`litellm_settings.master_key\`, else \`LITELLM_MASTER_KEY\` of the environment. Weir does not start
when it is missing, empty or a publicly known default such as \`sk-1234\`, unless \`dangerously_permit_weak_or_unset_master_key\` (or
\`LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY=true\`) says so. When \`general_settings.master_key\` names a variable that is not set,
Weir does not start either; it does not look further.

## Several files

\`include\` names further files, relative to the one that includes them. Their lists are appended, their sections are merged field by
field, and where both set the same field the included file wins, with a warning.

## YAML

YAML 1.2, and \`yes\`, \`no\`, \`on\`, \`off\` and \`<<\` mean what they mean to LiteLLM's parser. A key that stands twice in a map is an error.

## State of a field

*supported*: it works. *not yet*: it is read and checked, has no effect in this version, and says so at the start. *no effect*: it has no
meaning in Weir, for the reason given.
`;

/** The whole page. */
export function renderConfiguration(): string {
  return [introduction, ...sections.map(renderSection)].join('\n');
}

function renderSection(section: Section): string {
  const rows = Object.entries(section.fields).map(([name, field]) => row(name, field));
  const open = notes[section.path];
  return [`## ${section.path === '' ? 'Sections' : code(section.path)}`, ...(open === undefined ? [] : ['', open]), '', table(['field', 'value', 'default', 'state', 'meaning'], rows), ''].join('\n');
}

const notes: Readonly<Record<string, string>> = {
  'model_list[].litellm_params':
    'A name that is not in this table is sent to the provider in every request\'s body. Names with `cost_per_`, like `input_cost_per_token`, are prices in US dollars and replace the known ones.',
  'model_list[].model_info': 'Other names are kept and shown in `/model/info`. Names with `cost_per_` are prices here too; those in `litellm_params` win.',
};

function row(name: string, field: Field): readonly string[] {
  const unit = field.unit === undefined ? '' : `, in ${field.unit}`;
  const fallback = field.required === true ? 'required' : field.default === undefined ? '' : code(JSON.stringify(field.default));
  const state = field.status === 'accepted' ? 'no effect' : field.status;
  const reason = field.reason === undefined ? '' : ` (${field.reason})`;
  return [code(name), `${expectation(field.shape)}${unit}`, fallback, state, `${field.description}${reason}`];
}
