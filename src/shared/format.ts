/**
 * Numbers as the page writes them: `1,240`, `0.041`, `3.1e-4`, `97.5 %`, `212 k`, `1 min 20 s`.
 * Written out by hand, not by locale: a shared screen must read the same everywhere, and so must a test.
 */

/** Keeps a number and its unit on one line. */
const narrow = '\u00a0';

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

function nameOfNonFinite(value: number): string {
  return Number.isNaN(value) ? 'not a number' : value > 0 ? '∞' : '−∞';
}

function withSign(value: number, text: string): string {
  return value < 0 ? `−${text}` : text;
}

/** A whole number with thousands separated: `1,240`. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return nameOfNonFinite(value);
  const rounded = Math.round(value);
  return withSign(rounded, grouped(String(Math.abs(rounded))));
}

/** A measured value with `digits` significant digits: `0.041`, `1,240`, `3.1e-4`, `2e+12`. */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return nameOfNonFinite(value);
  if (value === 0) return '0';
  const size = Math.abs(Number(value.toPrecision(digits)));
  if (size < 1e-3 || size >= 1e7) {
    const [mantissa = '', exponent = ''] = size.toExponential(digits - 1).split('e');
    const trimmed = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    return withSign(value, `${trimmed}e${exponent.replace('+', '')}`);
  }
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  const [whole = '0', fraction = ''] = size.toFixed(decimals).split('.');
  const rest = fraction.replace(/0+$/, '');
  return withSign(value, rest === '' ? grouped(whole) : `${grouped(whole)}.${rest}`);
}

/** A share of one in per cent, one decimal: `97.5 %`. Never rounds an imperfect share up to 100 % or a positive one down to 0 %. */
export function formatPercent(share: number, decimals = 1): string {
  if (!Number.isFinite(share)) return nameOfNonFinite(share);
  const unit = 10 ** -decimals;
  let percent = Math.round((share * 100) / unit) * unit;
  if (share < 1 && percent >= 100) percent = 100 - unit;
  if (share > 0 && percent <= 0) percent = unit;
  return `${percent.toFixed(decimals).replace(/\.0+$/, '')}${narrow}%`;
}

/** A speed, short: `8.5`, `940`, `1.2 k`, `212 k`, `3.1 M` (per second; the caller names the unit). */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return nameOfNonFinite(perSecond);
  for (const [size, letter] of [
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    const scaled = perSecond / size;
    if (scaled >= 0.9995) return `${scaled < 9.95 ? trimZero(scaled.toFixed(1)) : Math.round(scaled).toString()}${narrow}${letter}`;
  }
  return perSecond < 9.95 ? trimZero(perSecond.toFixed(1)) : Math.round(perSecond).toString();
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, '');
}

/** A step, always whole; an epoch with at most one decimal: `62`, `9.6`. */
export function formatEpoch(epoch: number): string {
  if (!Number.isFinite(epoch)) return nameOfNonFinite(epoch);
  const tenths = Math.floor(epoch * 10 + 1e-9) / 10;
  return Number.isInteger(tenths) ? formatCount(tenths) : `${formatCount(Math.floor(tenths))}${tenths.toFixed(1).slice(-2)}`;
}
