/** The pretrained model that comes with the app, written by `npm run ship`. While there is none, “Pretrained” is no option. */
import type { ShippedFacts } from './shipped-facts.ts';

/** What is known of it beforehand. */
export const shippedModel: ShippedFacts | undefined = undefined;
