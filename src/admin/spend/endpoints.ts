// The handlers of everything about spending, by method and path.
import { allEndUsers, allTagNames, globalActivity, globalActivityModel, globalExceptions, globalSpend, globalSpendEndUsers, globalSpendKeys, globalSpendLogs, globalSpendModels, globalSpendProvider, globalSpendTags, globalSpendTeams, spendTags } from './global.ts';
import { answer, endpointsOf, type Endpoints } from '../endpoint.ts';
import { calculateSpend } from './calculate.ts';
import { dailyActivity, type EntityName } from './daily-activity.ts';
import { detailError, spend, usual } from '../forms.ts';
import { distinctTags, namesInLogs, tagSummary, teamSpendByUser } from './facets.ts';
import { modelExceptions, modelMetrics, slowResponses, streamingMetrics } from './model-metrics.ts';
import { globalSpendReport, ownSpendReport } from './report.ts';
import { providerBudgets } from './provider-budgets.ts';
import { spendLatency } from './latency.ts';
import { spendRefusals } from './refusals.ts';
import { resetSpend } from './reset.ts';
import { spendKeys, spendUsers } from './people.ts';
import { spendLogDetail, spendLogsOfSession, spendLogsUi, spendLogsV2 } from './log-pages.ts';
import { spendLogs } from './logs.ts';

const entities: readonly EntityName[] = ['user', 'team', 'tag', 'organization', 'customer'];
const daily = Object.fromEntries(entities.flatMap((name) => [
  [`GET /${name}/daily/activity`, dailyActivity(name, false)], [`GET /${name}/daily/activity/aggregated`, dailyActivity(name, true)],
]));

/** All of them. */
export const spendEndpoints: Endpoints = {
  'POST /spend/calculate': { form: spend, handle: ({ body, services }) => calculateSpend(body, services.router()), withoutDatabase: calculateSpend },
  ...endpointsOf(usual, { 'GET /provider/budgets': providerBudgets }),
  ...endpointsOf(spend, {
    'GET /spend/logs': spendLogs, 'GET /spend/logs/ui': spendLogsUi, 'GET /spend/logs/v2': spendLogsV2, 'GET /spend/logs/ui/{request_id}': spendLogDetail,
    'GET /spend/logs/session/ui': spendLogsOfSession, 'GET /spend/tags': spendTags, 'GET /spend/latency': spendLatency, 'GET /spend/refusals': spendRefusals, 'GET /global/spend/logs': globalSpendLogs,
    'GET /model/metrics': modelMetrics, 'GET /model/metrics/slow_responses': slowResponses, 'GET /model/metrics/exceptions': modelExceptions, 'GET /model/streaming_metrics': streamingMetrics,
    'GET /global/spend': globalSpend, 'GET /global/spend/tags': globalSpendTags, 'GET /global/spend/all_tag_names': allTagNames, 'POST /global/spend/reset': resetSpend,
    'POST /global/spend/refresh': () => answer({ message: 'MonthlyGlobalSpend view refreshed', status: 'success' }),
  }),
  ...endpointsOf(detailError, {
    'GET /tag/distinct': distinctTags, 'GET /tag/summary': tagSummary, 'GET /team/spend/by_user': teamSpendByUser, 'GET /management/v1/spend_logs/users': namesInLogs('user_id'),
    'GET /management/v1/spend_logs/end_users': namesInLogs('end_user'), 'GET /spend/keys': spendKeys, 'GET /spend/users': spendUsers, 'GET /global/spend/keys': globalSpendKeys, 'GET /global/spend/models': globalSpendModels,
    'GET /global/spend/teams': globalSpendTeams, 'GET /global/spend/provider': globalSpendProvider, 'GET /global/spend/report': globalSpendReport,
    'POST /global/spend/end_users': globalSpendEndUsers, 'GET /global/all_end_users': allEndUsers, 'GET /global/activity': globalActivity, 'GET /global/activity/model': globalActivityModel,
    'GET /global/activity/exceptions': globalExceptions, 'GET /key/spend/report': ownSpendReport('key'), 'GET /user/spend/report': ownSpendReport('user'),
    'GET /team/spend/report': ownSpendReport('team'), 'GET /organization/spend/report': ownSpendReport('organization'), ...daily,
  }),
};
