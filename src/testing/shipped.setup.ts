/** Puts the tiny pretrained model in the place of the one that comes with the app, in every test. */
import { vi } from 'vitest';
import { tinyFacts } from './tiny-shipped-facts.ts';

vi.mock('../params/shipped-model.ts', () => ({ shippedModel: tinyFacts }));
