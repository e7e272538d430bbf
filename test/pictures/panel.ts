import { mkdirSync } from 'node:fs';
import { openPanel } from '../browser/panel-rig.ts';
import { TOKEN } from '../panel/rig.ts';

/** Takes the pictures of the panel for docs/pictures: `npm run pictures`. Needs Debian's chromium. */
const FOLDER = 'docs/pictures';

async function picture(
  name: string,
  options: { width: number; height: number; scale?: number; before?: readonly string[]; at?: string },
): Promise<void> {
  const { page, close } = await openPanel(options);
  try {
    await page.locator('#token').fill(TOKEN);
    await page.keyboard.press('Enter');
    await page.locator('#results canvas').first().waitFor();
    await page.locator('#signals li').first().waitFor();
    for (const button of options.before ?? []) await page.getByRole('button', { name: button }).click();
    if (options.at) {
      await page.locator('#signals summary').first().click();
      await page.locator('.rules').waitFor();
      await page.locator(options.at).evaluate((section) => section.scrollIntoView());
    }
    await page.mouse.move(0, 0);
    await page.screenshot({ path: `${FOLDER}/${name}.png` });
  } finally {
    await close();
  }
}

mkdirSync(FOLDER, { recursive: true });
await picture('panel', { width: 1440, height: 1000 });
await picture('panel-why', { width: 1440, height: 1000, at: '#signals' });
await picture('panel-light', { width: 1440, height: 1000, before: ['Light theme'], at: '#health' });
await picture('panel-phone', { width: 390, height: 844, scale: 2, before: ['中文'] });
process.exit(0);
