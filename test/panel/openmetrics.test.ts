import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exposition, type Family } from '../../src/panel/openmetrics.ts';
import { parseOpenMetrics } from './openmetrics.ts';

const head = { name: 'a_seconds', unit: 'seconds', help: 'How long', labels: ['of'] } as const;

describe('an exposition', () => {
  test('has what the specification asks for, letter by letter', () => {
    const families: Family[] = [
      {
        name: 'build',
        type: 'info',
        help: 'What runs',
        labels: ['version'],
        samples: [{ labels: ['1.2'], value: 1 }],
      },
      { name: 'asked', type: 'counter', help: 'Count', labels: [], samples: [{ labels: [], value: 3 }] },
      {
        ...head,
        type: 'histogram',
        samples: [
          {
            labels: ['x'],
            buckets: [
              { upTo: 0.005, count: 1 },
              { upTo: 1, count: 2 },
            ],
            count: 4,
            sum: 7.25,
          },
        ],
      },
      { name: 'silent', type: 'gauge', help: 'Nothing to tell', labels: [], samples: [] },
    ];
    expect(exposition(families)).toBe(`# TYPE build info
# HELP build What runs
build_info{version="1.2"} 1.0
# TYPE asked counter
# HELP asked Count
asked_total 3.0
# TYPE a_seconds histogram
# UNIT a_seconds seconds
# HELP a_seconds How long
a_seconds_bucket{of="x",le="0.005"} 1.0
a_seconds_bucket{of="x",le="1.0"} 2.0
a_seconds_bucket{of="x",le="+Inf"} 4.0
a_seconds_sum{of="x"} 7.25
a_seconds_count{of="x"} 4.0
# TYPE silent gauge
# HELP silent Nothing to tell
# EOF
`);
  });

  test('gives back what went into it, whatever the labels, texts and numbers', () => {
    const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1e21, 1e-9, Number.NaN, -Infinity));
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'grapheme' }),
        number,
        (label, help, value) => {
          const text = exposition([
            { ...head, type: 'gauge', help: `x${help}`, samples: [{ labels: [label], value }] },
          ]);
          const [family] = parseOpenMetrics(text);
          expect(family).toMatchObject({ name: 'a_seconds', unit: 'seconds', help: `x${help}` });
          expect(family?.samples).toEqual([
            { name: 'a_seconds', labels: { of: label }, value: value === 0 ? expect.closeTo(0) : value },
          ]);
        },
      ),
    );
  });
});

describe('the parser of the tests refuses', () => {
  const gauge = '# TYPE a gauge\n';
  const histogram = (lines: string) => `# TYPE a histogram\n${lines}\n# EOF\n`;
  test.each([
    ['a missing end', `${gauge}a 1\n`],
    ['a line behind the end', `${gauge}a 1\n# EOF\na 2\n`],
    ['an empty line', `${gauge}\na 1\n# EOF\n`],
    ['a sample of no family', 'a 1\n# EOF\n'],
    ['a counter without _total', '# TYPE a counter\na 1\n# EOF\n'],
    ['a counter below nothing', '# TYPE a counter\na_total -1\n# EOF\n'],
    ['a unit that the name does not end with', '# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n'],
    ['a type behind samples', `${gauge}a 1\n# HELP a x\n# EOF\n`],
    ['a family in two places', `${gauge}a 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\n# EOF\n`],
    ['an unknown type', '# TYPE a number\na 1\n# EOF\n'],
    ['a sample twice', `${gauge}a 1\na 2\n# EOF\n`],
    ['a label twice', `${gauge}a{x="1",x="2"} 1\n# EOF\n`],
    ['a label without quotes', `${gauge}a{x=1} 1\n# EOF\n`],
    ['a comma too many', `${gauge}a{x="1",} 1\n# EOF\n`],
    ['an escape that is none', `${gauge}a{x="\\t"} 1\n# EOF\n`],
    ['no number', `${gauge}a one\n# EOF\n`],
    ['an info that is not 1', '# TYPE a info\na_info{x="y"} 2\n# EOF\n'],
    ['a histogram without +Inf', histogram('a_bucket{le="1.0"} 1\na_sum 1\na_count 1')],
    [
      'edges that fall',
      histogram('a_bucket{le="2.0"} 1\na_bucket{le="1.0"} 1\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1'),
    ],
    ['counts that fall', histogram('a_bucket{le="1.0"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1')],
    ['a count beside +Inf', histogram('a_bucket{le="+Inf"} 1\na_sum 1\na_count 2')],
    ['an edge written otherwise', histogram('a_bucket{le="1"} 1\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1')],
    ['a histogram without sum', histogram('a_bucket{le="+Inf"} 1\na_count 1')],
  ])('%s', (_, text) => {
    expect(() => parseOpenMetrics(text)).toThrow();
  });
});
