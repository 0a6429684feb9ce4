/**
 * Functions that kernels call, in WGSL. What a shader language leaves open (accuracy of exp and tanh, NaN in max, infinities) is settled here, so
 * that every device computes alike within a few units in the last place.
 *
 * Series and fits are those of `wasm/assembly/functions.ts`. A constant that is not finite is an error in WGSL; `fromBits` makes one at run time.
 */

const number = (value: number): string => {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
};

/** Horner's rule, highest coefficient first. */
function polynomial(x: string, coefficients: readonly number[]): string {
  const [first = 0, ...rest] = coefficients;
  return rest.reduce((inner, coefficient) => `(${inner} * ${x} + ${number(coefficient)})`, number(first));
}

const sources: Readonly<Record<string, string>> = {
  fromBits: `fn fromBits(bits: u32) -> f32 { return bitcast<f32>(bits); }`,
  infinity: `fn infinity() -> f32 { var bits = 0x7f800000u; return fromBits(bits); }`,
  isFiniteOf: `fn isFiniteOf(x: f32) -> f32 { return select(0.0, 1.0, (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u); }`,
  isNumber: `fn isNumber(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) <= 0x7f800000u; }`,
  largerOf: `fn largerOf(a: f32, b: f32) -> f32 { return select(b, a, a > b || !isNumber(a)); }`,
  smallerOf: `fn smallerOf(a: f32, b: f32) -> f32 { return select(b, a, a < b || !isNumber(a)); }`,
  powerOfTwo: `fn powerOfTwo(n: i32) -> f32 { return bitcast<f32>(u32(n + 127) << 23u); }`,
  expOf: `fn expOf(x: f32) -> f32 {
  if (!isNumber(x)) { return x; }
  let bounded = clamp(x, -104.0, 89.0);
  let n = round(bounded * 1.4426950408889634);
  let r = (bounded - n * 0.693359375) + n * 2.1219444005469057e-4;
  let series = ${polynomial('r', [1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5])};
  let y = series * r * r + r + 1.0;
  let half = i32(n) >> 1u;
  return y * powerOfTwo(half) * powerOfTwo(i32(n) - half);
}`,
  logNearOne: `fn logNearOne(f: f32) -> f32 {
  let s = f / (f + 2.0);
  let u = s * s;
  return ${polynomial(
    'u',
    [15, 13, 11, 9, 7, 5, 3].map((odd) => 2 / odd),
  )} * u * s + (s + s);
}`,
  logOf: `fn logOf(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) == 0u) { return -infinity(); }
  if (bits > 0x7f800000u) { var none = 0x7fc00000u; return fromBits(none); }
  if (bits == 0x7f800000u) { return x; }
  let tiny = bits < 0x00800000u;
  let scaled = bitcast<u32>(select(x, x * 8388608.0, tiny));
  let exponent = (i32(scaled) - 0x3f3504f3) >> 23u;
  let m = bitcast<f32>(u32(i32(scaled) - (exponent << 23u)));
  let e = f32(exponent) - select(0.0, 23.0, tiny);
  return e * 0.693359375 + (e * -2.1219444005469057e-4 + logNearOne(m - 1.0));
}`,
  tanhOf: `fn tanhOf(x: f32) -> f32 {
  let u = x * x;
  let near = ${polynomial(
    'u',
    [-0.0062747858464717865, 0.021072056144475937, -0.053852397948503494, 0.13332587480545044, -0.33333316445350647],
  )};
  let size = abs(x);
  let large = 1.0 - 2.0 / (expOf(min(size + size, 40.0)) + 1.0);
  if (!isNumber(x)) { return x; }
  return select(select(large, -large, x < 0.0), x * u * near + x, size < 0.55);
}`,
  erfOf: `fn erfOf(x: f32) -> f32 {
  if (!isNumber(x)) { return x; }
  let b = clamp(x, -3.92, 3.92);
  let u = b * b;
  let p = ${polynomial(
    'u',
    [2.05021115107229e-6, 2.8487530653364956e-4, 0.003765143919736147, 0.052747249603271484, 0.19039495289325714, 1.1283791065216064],
  )};
  let q = ${polynomial(
    'u',
    [3.8092628528829664e-5, 0.0011624273611232638, 0.014968258328735828, 0.11410439759492874, 0.502065896987915, 1],
  )};
  return clamp(b * p / q, -1.0, 1.0);
}`,
  sigmoidOf: `fn sigmoidOf(x: f32) -> f32 { return 1.0 / (1.0 + expOf(-x)); }`,
  softplusOf: `fn softplusOf(x: f32) -> f32 { return select(x, 0.0, x < 0.0) + logNearOne(expOf(-abs(x))); }`,
  signOf: `fn signOf(x: f32) -> f32 { return select(select(select(x, -1.0, x < 0.0), 1.0, x > 0.0), 0.0, x == 0.0); }`,
  highProduct: `fn highProduct(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let cross = (a & 0xffffu) * (b >> 16u);
  let middle = (low >> 16u) + (cross & 0xffffu) + (a >> 16u) * (b & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (cross >> 16u) + (middle >> 16u);
}`,
  philox: `fn philox(block: u32, step: u32, site: u32, seed: u32, stream: u32) -> vec4<u32> {
  var c = vec4<u32>(block, step, site, 0u);
  var key = vec2<u32>(seed, stream);
  for (var round = 0u; round < 10u; round++) {
    c = vec4<u32>(
      highProduct(0xCD9E8D57u, c.z) ^ c.y ^ key.x, 0xCD9E8D57u * c.z,
      highProduct(0xD2511F53u, c.x) ^ c.w ^ key.y, 0xD2511F53u * c.x);
    key += vec2<u32>(0x9E3779B9u, 0xBB67AE85u);
  }
  return c;
}`,
  maskOf: `fn maskOf(i: u32, site: u32, rate: f32) -> f32 {
  let words = philox(i >> 2u, feed[0], site, feed[2], 2u);
  let kept = select(0.0, 1.0 / (1.0 - rate), rate < 1.0);
  return select(kept, 0.0, f32(words[i & 3u] >> 8u) * 5.9604644775390625e-8 < rate);
}`,
  // −2·ln((word + 1) / 2³²): near 1 by the distance from it, so that nothing cancels.
  minusTwoLog: `fn minusTwoLog(word: u32) -> f32 {
  if (word >= 0x80000000u) { return -2.0 * logNearOne(-f32(0xffffffffu - word) * 2.3283064365386963e-10); }
  return -2.0 * logOf(f32(word + 1u) * 2.3283064365386963e-10);
}`,
  noiseOf: `fn noiseOf(i: u32, site: u32) -> f32 {
  let words = philox(i >> 2u, feed[0], site, feed[2], 6u);
  let pair = select(words.xy, words.zw, (i & 2u) != 0u);
  let radius = sqrt(minusTwoLog(pair.x));
  let quarter = (pair.y + 0x20000000u) >> 30u;
  let angle = f32(i32(pair.y - (quarter << 30u))) * 1.462918079267160e-9;
  let u = angle * angle;
  let sine = angle * ${polynomial('u', [1 / 362880, -1 / 5040, 1 / 120, -1 / 6, 1])};
  let cosine = ${polynomial('u', [-1 / 3628800, 1 / 40320, -1 / 720, 1 / 24, -0.5, 1])};
  let turned = quarter + select(0u, 3u, (i & 1u) != 0u);
  let value = select(cosine, sine, (turned & 1u) != 0u);
  return radius * select(value, -value, (((turned + 1u) & 2u) != 0u));
}`,
};

/** The functions that a text calls, and those that they call. */
export function functionsFor(text: string): string {
  const found = new Set<string>();
  const visit = (code: string): void => {
    for (const name of Object.keys(sources)) {
      if (found.has(name) || !new RegExp(`\\b${name}\\(`).test(code)) continue;
      found.add(name);
      visit(sources[name] ?? '');
    }
  };
  visit(text);
  return Object.keys(sources)
    .filter((name) => found.has(name))
    .map((name) => sources[name] ?? '')
    .join('\n');
}

/** A float32 as a literal. It must be finite. */
export function literal(value: number): string {
  return value < 0 || Object.is(value, -0) ? `(${number(value)})` : number(value);
}
