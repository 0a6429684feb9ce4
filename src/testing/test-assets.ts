/** What the task of a configuration is made from, in a test: files of the data folder, and the tiny pretrained model where one is asked for. */
import { readAsset } from '../cli/read-asset.ts';
import type { Config } from '../params/config.ts';
import { loadAssets } from '../tasks/assets.ts';
import type { Assets } from '../tasks/assets.ts';
import { tinyPretrained } from './tiny-shipped.ts';

/** Rejects where a file is missing. */
export async function testAssets(config: Config): Promise<Assets> {
  const assets = await loadAssets(config, readAsset);
  return config.model === 'pretrained' ? { ...assets, pretrained: tinyPretrained() } : assets;
}
