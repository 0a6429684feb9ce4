/**
 * What runs inside the page while it is measured. `watch` is put in before the page's own scripts; it must not refer to anything
 * outside itself.
 */

/** Times are milliseconds since navigation. Collected in `globalThis.measured`. */
export function watch() {
  const { document, performance, requestAnimationFrame, PerformanceObserver, Element } = globalThis;
  const measured = {
    usable: undefined,
    pressed: undefined,
    firstStep: undefined,
    step: 0,
    accuracies: [],
    valLosses: [],
    longTasks: [],
    inputs: [],
  };
  globalThis.measured = measured;
  const observe = (type, options, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options });
  observe('longtask', {}, ({ startTime, duration }) => measured.longTasks.push({ startTime, duration }));
  observe('event', { durationThreshold: 16 }, ({ name, startTime, duration }) => {
    if (name === 'keydown' || name === 'pointerup') measured.inputs.push({ name, startTime, duration });
  });
  const runButton = () => [...document.querySelectorAll('button')].find((button) => button.textContent?.trim() === 'Run');
  const number = (text) => Number(text.replaceAll(',', ''));
  const look = () => {
    const now = performance.now();
    if (measured.usable === undefined && runButton()?.disabled === false) measured.usable = now;
    const status = document.querySelector('[role="status"]')?.textContent ?? '';
    const step = / epochs, ([\d,]+) steps/.exec(status) ?? /\bstep ([\d,]+)/i.exec(status);
    if (step) measured.step = number(step[1]);
    else if (/^Ready/.test(status)) measured.step = 0;
    if (/^(Finished|Stopped|Diverged)/.test(status)) measured.ended = status;
    else delete measured.ended;
    if (measured.pressed !== undefined && measured.firstStep === undefined && measured.step > 0) measured.firstStep = now;
    const summary = document.querySelector('[aria-label="Accuracy chart"] .visually-hidden')?.textContent ?? '';
    const accuracy = /at step ([\d,]+): ([\d.]+)\s*%/.exec(summary);
    if (accuracy) {
      const [, at, percent] = accuracy;
      const last = measured.accuracies.at(-1);
      if (last?.step !== number(at)) measured.accuracies.push({ step: number(at), accuracy: Number(percent) / 100, time: now });
    }
    const words = document.querySelector('[aria-label="Loss chart"] .visually-hidden')?.textContent ?? '';
    const loss = /validation loss ([\d.]+),/.exec(words);
    if (loss && measured.valLosses.at(-1)?.loss !== Number(loss[1])) measured.valLosses.push({ loss: Number(loss[1]), time: now });
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  globalThis.addEventListener(
    'click',
    ({ target, timeStamp }) => {
      if (measured.pressed === undefined && target instanceof Element && target.closest('button') === runButton())
        measured.pressed = timeStamp;
    },
    { capture: true },
  );
}

/**
 * Steps that the app takes in `seconds` or a little longer, from one change of its count to another, and the seconds. Runs in a page that is watched,
 * like `watch`.
 * @param {number} seconds
 * @returns {Promise<{ steps: number, seconds: number }>}
 */
export function countSteps(seconds) {
  const { measured, performance, requestAnimationFrame } = globalThis;
  let last = { step: measured.step, now: performance.now() };
  let first;
  return new Promise((resolve) => {
    const look = () => {
      const { step } = measured;
      const now = performance.now();
      if (step !== last.step) {
        last = { step, now };
        first ??= last;
      }
      // A run that is over goes no further: what it did counts.
      if (first !== undefined && last !== first && (last.now - first.now >= 1000 * seconds || now - last.now > 3000))
        resolve({ steps: last.step - first.step, seconds: (last.now - first.now) / 1000 });
      else requestAnimationFrame(look);
    };
    look();
  });
}
