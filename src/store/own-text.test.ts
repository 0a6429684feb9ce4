/** A text of the user's own in the store: waited for, taken, refused. */
import { describe, expect, it } from 'vitest';
import { heldStore } from '../testing/held-store.ts';
import { lacksText } from './lacks-text.ts';
import { hashOf } from './link.ts';
import { statusText } from './status.ts';

const fileOf = (name: string, text: string, size = text.length) => ({
  name,
  size,
  arrayBuffer: () => Promise.resolve(new TextEncoder().encode(text).buffer),
});

/** Lets what was promised happen. */
const settled = async () => {
  for (let i = 0; i < 5; i++) await Promise.resolve();
};

describe('a link about somebody’s own text', () => {
  it('waits for one, and then does what was asked for meanwhile', async () => {
    const { trainer, actions, get, wait } = heldStore('#task=text&text=own');
    expect([lacksText(get()), trainer.of('start').length, get().description]).toEqual([true, 0, undefined]);
    expect(statusText(get())).toBe('Waiting for a text. Choose a file, or paste a text of your own under Data.');
    actions.run();
    expect(trainer.of('start')).toHaveLength(0);
    actions.takeText(fileOf('diary.txt', 'Dear diary'));
    await settled();
    await trainer.textTaken({ characters: 10, fingerprint: 'd' });
    await settled();
    wait(1000);
    expect([lacksText(get()), get().ownText]).toEqual([false, { name: 'diary.txt', characters: 10, fingerprint: 'd' }]);
    expect(trainer.of('start').map(({ config }) => config.text)).toEqual(['own']);
    trainer.show({});
    expect(trainer.of('play')).toHaveLength(1);
    expect(hashOf(get())).not.toContain('diary');
  });

  it('can be given another text instead', () => {
    const { trainer, actions, get, wait } = heldStore('#task=text&text=own');
    actions.setParameter('text', 'stories');
    wait(1000);
    expect([lacksText(get()), trainer.of('start').map(({ config }) => config.text)]).toEqual([false, ['stories']]);
  });
});

describe('a text of one’s own', () => {
  it('is learned as soon as it is taken, and another in its place', async () => {
    const { trainer, actions, get, wait } = heldStore('#task=text');
    trainer.show({});
    for (const name of ['a.txt', 'b.txt']) {
      actions.takeText(fileOf(name, 'text'));
      await settled();
      await trainer.textTaken({ characters: 5000, fingerprint: name });
      await settled();
      wait(1000);
      trainer.show({});
    }
    expect(trainer.of('start').map(({ config }) => config.text)).toEqual(['stories', 'own', 'own']);
    expect(get().ownText?.name).toBe('b.txt');
  });

  it('is known by its fingerprint to the run that learns it, and to no run of another text', async () => {
    const { trainer, actions, get, wait } = heldStore('#task=text');
    const prints: unknown[] = [];
    for (const print of ['first', 'second']) {
      // Of one name and length: nothing but the fingerprint tells them apart.
      actions.takeText(fileOf('a.txt', 'text'));
      await settled();
      await trainer.textTaken({ characters: 5000, fingerprint: print });
      await settled();
      wait(1000);
      trainer.show({ step: 3 });
      prints.push(get().previous?.textPrint, get().run?.textPrint);
    }
    actions.setParameter('text', 'stories');
    wait(1000);
    prints.push(get().previous?.textPrint, get().run?.textPrint);
    expect(prints).toEqual([undefined, 'first', 'first', 'second', 'second', undefined]);
  });

  it('that is refused, too large or unreadable changes nothing and is told', async () => {
    const { trainer, actions, get, wait } = heldStore('#task=text');
    trainer.show({});
    actions.takeText(fileOf('a.bin', 'x'));
    await settled();
    await trainer.textTaken({ refused: 'This is not a text.' });
    await settled();
    expect([get().textProblem, get().textRefused]).toEqual(['This is not a text.', 'a.bin']);
    actions.takeText(fileOf('long.txt', 'x', 20_000_000));
    expect(get().textProblem).toContain('long.txt has 20,000,000 bytes; at most 10,000,000');
    actions.takeText({ name: 'gone.txt', size: 3, arrayBuffer: () => Promise.reject(new Error('it is gone')) });
    await settled();
    wait(1000);
    expect(get().textProblem).toBe('gone.txt could not be read: it is gone');
    expect([get().ownText, trainer.of('start').length, trainer.of('takeText').length]).toEqual([undefined, 1, 1]);
  });

  it('that is chosen while a run trains: the run is not trained on unseen', () => {
    const { trainer, actions, wait } = heldStore('#task=text');
    trainer.show({});
    actions.run();
    actions.setParameter('text', 'own');
    wait(1000);
    expect([trainer.of('start').length, trainer.of('pause').length]).toEqual([1, 1]);
  });
});

describe('byte pairs', () => {
  it('that are being learned are told in the status', () => {
    const { trainer, get } = heldStore('#task=text&tokenizer=bpe');
    trainer.emit({ type: 'progress', progress: { stage: 'merging', share: 0.45 } });
    expect(statusText(get())).toBe('Learning the byte pairs of the text: merging pairs, 45\u00a0%…');
    trainer.emit({ type: 'progress', progress: undefined });
    expect(statusText(get())).toContain('Preparing');
  });
});
