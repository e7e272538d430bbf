import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** What axe finds serious or critical on the page as it is now, a line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // The page's policy lets no script in; the debugger's door does.
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    return (await axe.run()).violations;
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

interface AxeResults {
  violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
}

const { source: AXE } = createRequire(import.meta.url)('axe-core') as { source: string };
