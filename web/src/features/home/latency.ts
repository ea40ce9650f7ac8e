// Latency of a time range, and for ranges of a day also what they were in all: days are too coarse for them.
import { gateway } from '../../api/gateway.ts';
import { logTime, useTeamScope, type TimeRange } from '../../app/scope.ts';
import { useDatabase } from '../../app/session.ts';
import { useQuery } from '@tanstack/react-query';

const shortMs = 25 * 3_600_000;

/** Whether a range is so short that its sums come from the requests themselves. */
export const isShort = ({ from, to }: TimeRange): boolean => to.getTime() - from.getTime() <= shortMs;

/** The latency of the requests that the reader may see, in the team that is chosen. */
export function useLatency(range: TimeRange, enabled = true) {
  const database = useDatabase();
  const team = useTeamScope();
  const [start, end] = [logTime(range.from), logTime(range.to)];
  return useQuery({
    queryKey: ['latency', start, end, team], enabled: database && enabled,
    queryFn: ({ signal }) => gateway.spend.latency({ start_date: start, end_date: end, ...(team !== null && { team_id: team }) }, signal),
  });
}
