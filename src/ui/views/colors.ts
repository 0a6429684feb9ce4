/** Colour arithmetic for canvases and heat maps: parsing, mixing, viridis, and what text reads on a colour. Components are 0…255. */

/** Red, green, blue. */
export type Rgb = readonly [number, number, number];

/** A CSS colour as written in the tokens (`#rrggbb`, `#rgb` or `rgb(…)`); black for anything else. */
export function parseColor(text: string): Rgb {
  const value = text.trim();
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(value);
  if (short !== null) return [1, 2, 3].map((i) => parseInt(`${short[i] ?? '0'}${short[i] ?? '0'}`, 16)) as unknown as Rgb;
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(value);
  if (long !== null) return [1, 2, 3].map((i) => parseInt(long[i] ?? '0', 16)) as unknown as Rgb;
  const parts = /^rgba?\(([^)]*)\)$/i.exec(value)?.[1]?.match(/[\d.]+/g);
  const [r = 0, g = 0, b = 0] = parts?.map(Number) ?? [];
  return [r, g, b];
}

/** From `a` (share 0) to `b` (share 1). */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** As CSS. */
export function cssColor([r, g, b]: Rgb): string {
  return `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)})`;
}

/** Nine points of viridis (van der Walt and Smith, 2015), dark to bright. */
const viridisPoints: readonly Rgb[] = [
  [68, 1, 84],
  [71, 45, 123],
  [59, 82, 139],
  [44, 114, 142],
  [33, 145, 140],
  [40, 174, 128],
  [94, 201, 98],
  [173, 220, 48],
  [253, 231, 37],
];

/** Viridis at 0…1; what lies outside takes the end colours. */
export function viridis(share: number): Rgb {
  const place = Math.min(1, Math.max(0, Number.isNaN(share) ? 0 : share)) * (viridisPoints.length - 1);
  const index = Math.min(viridisPoints.length - 2, Math.floor(place));
  return mix(viridisPoints[index]!, viridisPoints[index + 1]!, place - index);
}

/** Relative luminance (WCAG). */
export function luminance(color: Rgb): number {
  const [r, g, b] = color.map((part) =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  ) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white, whichever reads better on `color`: at least 4.5:1 on any. */
export function textOn(color: Rgb): string {
  return luminance(color) > 0.179 ? '#000' : '#fff';
}

/** How far regions go from the panel's colour towards that of their class: points must stand out on them. */
const regionStrength = 0.5;

/** Class probabilities as a colour: the classes' blend, fading to the panel's colour where the model is unsure. One value: of class 1 of 2. */
export function regionColor(probabilities: readonly number[], classes: readonly Rgb[], panel: Rgb): Rgb {
  const shares = probabilities.length === 1 ? [1 - (probabilities[0] ?? 0), probabilities[0] ?? 0] : probabilities;
  const chance = 1 / shares.length;
  const sureness = Math.max(0, (Math.max(...shares) - chance) / (1 - chance));
  const blend = shares.reduce<Rgb>(
    (sum, share, i) => {
      const color = classes[i % classes.length] ?? panel;
      return [sum[0] + share * color[0], sum[1] + share * color[1], sum[2] + share * color[2]];
    },
    [0, 0, 0],
  );
  return mix(panel, blend, regionStrength * Math.sqrt(sureness));
}
