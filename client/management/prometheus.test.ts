import { expect, test } from 'bun:test';
import { quantile, readMetrics, total } from './prometheus.ts';

const text = `# HELP a What.
# TYPE a counter
a{model="x\\"y",code="200"} 3
a{model="z",code="500"} 1
wait_bucket{le="1"} 50
wait_bucket{le="2"} 90
wait_bucket{le="+Inf"} 100
up 1
`;

test('samples, sums and quantiles', () => {
  const samples = readMetrics(text);
  expect(samples).toHaveLength(6);
  expect(samples[0]).toEqual({ name: 'a', labels: { model: 'x"y', code: '200' }, value: 3 });
  expect([total(samples, 'a'), total(samples, 'a', { code: '500' }), total(samples, 'up')]).toEqual([4, 1, 1]);
  expect([quantile(samples, 'wait', 0.25), quantile(samples, 'wait', 0.7), quantile(samples, 'wait', 0.99), quantile(samples, 'none', 0.5)]).toEqual([0.5, 1.5, 2, null]);
});
