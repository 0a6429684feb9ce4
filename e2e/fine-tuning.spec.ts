/** The pretrained model on the page: fetched when it is asked for and not before, tuned, its old text on the chart, its card, and gone offline. */
import { shippedModel } from '../src/params/shipped-model.ts';
import { button, chart, expectEnd, expectReady, openApp, openGroup, runToEnd, showAsTable, status, tableOf } from './lib/app.ts';
import { visitOnce } from './lib/offline.ts';
import { expect, test } from './lib/test.ts';

const tuned = '#task=text&text=plays&model=pretrained&engine=wasm&pace=1000000&batch=8&steps=4&evalEvery=2';

if (shippedModel === undefined)
  test('no pretrained model is offered while none is shipped, and a link that asks for one is told so', async ({ page }) => {
    await openApp(page, tuned);
    await expect(page.getByRole('alert')).toContainText('model: “pretrained” does not go with the rest of the settings');
    await openGroup(page, 'Model');
    await expect(page.getByText('Pretrained GPT')).toHaveCount(0);
  });
else {
  const { file } = shippedModel;

  test('is fetched for a run that needs it, tuned by LoRA, and tells what it forgets', async ({ page, heard }) => {
    // Two runs of a model of a million weights, evaluated on both texts: half a minute and more where little else runs.
    test.setTimeout(150_000);
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(request.url()));
    await openApp(page);
    expect(fetched.filter((url) => url.includes('models/'))).toEqual([]);
    await openApp(page, `${tuned}&tune=lora&rank=4&lr=3e-4`);
    expect(fetched.filter((url) => url.endsWith(file)).length).toBeGreaterThan(0);
    await openGroup(page, 'Model');
    await expect(page.getByRole('radio', { name: 'LoRA', exact: true })).toBeChecked();
    await expect(page.getByLabel('Depth')).toHaveCount(0);
    await runToEnd(page, 120_000);
    await showAsTable(page, 'Loss');
    const [head = []] = await tableOf(page, 'Loss');
    expect(head).toContain('old text');
    await expect(chart(page, 'Loss')).toContainText('old text');
    await expect(status(page)).toContainText(/validation .* · old text [\d.]+/);
    // Beside another way of tuning: what this one forgot stays, and what it was.
    await page.getByRole('radio', { name: 'Head only', exact: true }).check();
    await expect(status(page)).toContainText('Ready');
    await runToEnd(page, 120_000);
    const [beside = []] = await tableOf(page, 'Loss');
    expect(beside).toEqual(expect.arrayContaining(['previous, old text', 'old text']));
    await expect(chart(page, 'Loss')).toContainText('previous run: Fine-tune LoRA (now Head only)');
    expect((await heard()).faults).toEqual([]);
  });

  test('has a card among the sources', async ({ page }) => {
    await openApp(page);
    await button(page, 'About').click();
    const dialog = page.getByRole('dialog', { name: 'About Tuning Fork' });
    await expect(dialog.getByRole('heading', { name: 'Pretrained model' })).toBeVisible();
    await expect(dialog).toContainText(/A GPT trained by this program on [\d,]+ characters: [\d,]+ tokens in [\d,]+ steps/);
    await expect(dialog.getByRole('img', { name: /^Loss over [\d,]+ steps/ })).toBeVisible();
    await expect(dialog.getByRole('link', { name: 'Its configuration' })).toHaveAttribute('href', /^#.*task=text/);
  });

  test('a damaged file is refused by name, and the page goes on', async ({ page }) => {
    await page.route(`**/models/${file}`, async (route) => {
      const body = await (await route.fetch()).body();
      body[Math.floor(body.length / 2)]! ^= 1;
      await route.fulfill({ body });
    });
    await page.goto('about:blank');
    await page.goto(`/${tuned}`);
    await expect(page.getByText(new RegExp(`The model file ${file} cannot be used: the file is damaged`)).first()).toBeVisible({
      timeout: 20_000,
    });
    await openApp(page, '#steps=5&engine=tfjs-cpu&pace=1000000');
    await runToEnd(page);
    await expect(status(page)).toContainText('Finished');
  });

  test.describe('offline', () => {
    test.use({ serviceWorkers: 'allow', tolerated: /ERR_CONNECTION_REFUSED|ERR_FAILED|ERR_INTERNET_DISCONNECTED/ });

    test('is there once it has been used', async ({ page }) => {
      const url = await visitOnce(page, async (address) => {
        await page.goto('about:blank');
        await page.goto(`${address}${tuned}`);
        await expectReady(page);
      });
      await page.goto('about:blank');
      await page.goto(`${url}${tuned}`);
      await expectReady(page);
      await button(page, 'Run').click();
      await expectEnd(page, 120_000);
      await expect(status(page)).toContainText('Finished');
    });
  });
}
