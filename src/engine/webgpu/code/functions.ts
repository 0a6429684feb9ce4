/**
 * WGSL functions that generated code calls, by name. Exponential, logarithm and their relatives are our own: those of WGSL may be wrong in the
 * third digit, and differ from driver to driver. NaN and infinities are told by their bits, because a compiler may assume that there are none.
 *
 * Series are Taylor's, after the argument has been made small; tanh and erf are fitted by least squares (largest errors 1e-7 and 3e-7).
 */

/** By name. */
const functions: Readonly<Record<string, string>> = {
  infinity: `
fn infinity() -> f32 { return bitcast<f32>(infinityBits); }`,
  // Not fma: whether this is rounded once or twice is left to the device.
  multiplyAdd: `
fn multiplyAdd(a: f32, b: f32, c: f32) -> f32 { return a * b + c; }`,
  isNotANumber: `
fn isNotANumber(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }`,
  finiteness: `
fn finiteness(x: f32) -> f32 { return select(0.0, 1.0, (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u); }`,
  smaller: `
fn smaller(a: f32, b: f32) -> f32 { return select(min(a, b), a + b, isNotANumber(a) || isNotANumber(b)); }`,
  larger: `
fn larger(a: f32, b: f32) -> f32 { return select(max(a, b), a + b, isNotANumber(a) || isNotANumber(b)); }`,
  positivePart: `
fn positivePart(x: f32) -> f32 { return select(max(x, 0.0), x, isNotANumber(x)); }`,
  signum: `
fn signum(x: f32) -> f32 { return select(select(0.0, 1.0, x > 0.0) - select(0.0, 1.0, x < 0.0), x, isNotANumber(x)); }`,
  powerOfTwo: `
fn powerOfTwo(n: i32) -> f32 { return bitcast<f32>((n + 127) << 23u); }`,
  exponential: `
fn exponential(x: f32) -> f32 {
  let bounded = clamp(x, -104.0, 89.0);
  let n = round(bounded * 1.4426950408889634);
  var r = multiplyAdd(n, -0.693359375, bounded);
  r = multiplyAdd(n, 2.12194440054690583e-4, r);
  var y = multiplyAdd(r, 1.0 / 5040.0, 1.0 / 720.0);
  y = multiplyAdd(y, r, 1.0 / 120.0);
  y = multiplyAdd(y, r, 1.0 / 24.0);
  y = multiplyAdd(y, r, 1.0 / 6.0);
  y = multiplyAdd(y, r, 0.5);
  y = multiplyAdd(y * r, r, r) + 1.0;
  let whole = i32(n);
  let half = whole >> 1u;
  return select(y * powerOfTwo(half) * powerOfTwo(whole - half), x, isNotANumber(x));
}`,
  logarithmNearOne: `
fn logarithmNearOne(f: f32) -> f32 {
  let s = f / (f + 2.0);
  let u = s * s;
  var y = multiplyAdd(u, 2.0 / 15.0, 2.0 / 13.0);
  y = multiplyAdd(y, u, 2.0 / 11.0);
  y = multiplyAdd(y, u, 2.0 / 9.0);
  y = multiplyAdd(y, u, 2.0 / 7.0);
  y = multiplyAdd(y, u, 2.0 / 5.0);
  y = multiplyAdd(y, u, 2.0 / 3.0);
  return multiplyAdd(y * u, s, s + s);
}`,
  logarithm: `
fn logarithm(x: f32) -> f32 {
  let tiny = x < 1.17549435e-38;
  let bits = bitcast<i32>(select(x, x * 8388608.0, tiny));
  let exponent = (bits - 0x3f3504f3) >> 23u;
  let m = bitcast<f32>(bits - (exponent << 23u));
  let e = f32(exponent) - select(0.0, 23.0, tiny);
  let y = multiplyAdd(e, 0.693359375, multiplyAdd(e, -2.12194440054690583e-4, logarithmNearOne(m - 1.0)));
  let special = (bitcast<u32>(x) & 0x7f800000u) == 0x7f800000u && bitcast<u32>(x) != 0xff800000u;
  if (special) { return x; }
  if (x == 0.0) { return -infinity(); }
  return select(y, bitcast<f32>(infinityBits | 0x400000u), x < 0.0);
}`,
  hyperbolicTangent: `
fn hyperbolicTangent(x: f32) -> f32 {
  let u = x * x;
  var p = multiplyAdd(u, -0.0062747858464717865, 0.021072056144475937);
  p = multiplyAdd(p, u, -0.053852397948503494);
  p = multiplyAdd(p, u, 0.13332587480545044);
  p = multiplyAdd(p, u, -0.33333316445350647);
  let magnitude = abs(x);
  let away = 1.0 - 2.0 / (exponential(magnitude + magnitude) + 1.0);
  return select(select(away, -away, x < 0.0), multiplyAdd(x * u, p, x), magnitude < 0.55);
}`,
  errorFunction: `
fn errorFunction(x: f32) -> f32 {
  let bounded = clamp(x, -3.92, 3.92);
  let u = bounded * bounded;
  var p = multiplyAdd(u, 2.05021115107229e-6, 2.8487530653364956e-4);
  p = multiplyAdd(p, u, 0.003765143919736147);
  p = multiplyAdd(p, u, 0.052747249603271484);
  p = multiplyAdd(p, u, 0.19039495289325714);
  p = multiplyAdd(p, u, 1.1283791065216064);
  var q = multiplyAdd(u, 3.8092628528829664e-5, 0.0011624273611232638);
  q = multiplyAdd(q, u, 0.014968258328735828);
  q = multiplyAdd(q, u, 0.11410409759492874);
  q = multiplyAdd(q, u, 0.502065896987915);
  q = multiplyAdd(q, u, 1.0);
  return select(clamp(bounded * p / q, -1.0, 1.0), x, isNotANumber(x));
}`,
  logistic: `
fn logistic(x: f32) -> f32 {
  let e = exponential(-abs(x));
  return select(1.0, e, x < 0.0) / (1.0 + e);
}`,
  softPlus: `
fn softPlus(x: f32) -> f32 { return positivePart(x) + logarithmNearOne(exponential(-abs(x))); }`,
  highProduct: `
fn highProduct(a: u32, b: u32) -> u32 {
  let cross = (a & 0xffffu) * (b >> 16u) + (((a & 0xffffu) * (b & 0xffffu)) >> 16u);
  let middle = (a >> 16u) * (b & 0xffffu) + (cross & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (cross >> 16u) + (middle >> 16u);
}`,
  randomBlock: `
fn randomBlock(counter: u32, site: u32, stream: u32) -> vec4<u32> {
  var x = vec4<u32>(counter, thisStep, site, 0u);
  var key = vec2<u32>(seed, stream);
  for (var round = 0u; round < 10u; round++) {
    x = vec4<u32>(
      highProduct(x.z, 0xcd9e8d57u) ^ x.y ^ key.x, x.z * 0xcd9e8d57u,
      highProduct(x.x, 0xd2511f53u) ^ x.w ^ key.y, x.x * 0xd2511f53u);
    key += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }
  return x;
}`,
  keepMask: `
fn keepMask(i: u32, site: u32, rate: f32) -> f32 {
  let random = f32(randomBlock(i >> 2u, site, 2u)[i & 3u] >> 8u) * 5.9604644775390625e-8;
  return select(select(1.0, 1.0 / (1.0 - rate), rate > 0.0), 0.0, random < rate);
}`,
  // A word near 2³² is near 1 as a fraction: there its distance to 1 has the digits that its logarithm needs.
  normalNumber: `
fn normalNumber(i: u32, site: u32) -> f32 {
  let block = randomBlock(i >> 2u, site, 6u);
  let words = select(block.xy, block.zw, (i & 2u) != 0u);
  let below = f32(~words.x) * 2.3283064365386963e-10;
  let above = (f32(words.x) + 1.0) * 2.3283064365386963e-10;
  var log = logarithm(above);
  if (below < 0.25) { log = logarithmNearOne(-below); }
  let quarter = (words.y + 0x20000000u) >> 30u;
  let t = f32(bitcast<i32>(words.y - (quarter << 30u))) * 1.4629180792671596e-9;
  let u = t * t;
  let sine = t * multiplyAdd(u, multiplyAdd(u, multiplyAdd(u, multiplyAdd(u, 1.0 / 362880.0, -1.0 / 5040.0), 1.0 / 120.0), -1.0 / 6.0), 1.0);
  let cosine = multiplyAdd(u, multiplyAdd(u, multiplyAdd(u, multiplyAdd(u, multiplyAdd(u, -1.0 / 3628800.0, 1.0 / 40320.0), -1.0 / 720.0), 1.0 / 24.0), -0.5), 1.0);
  let turned = array<vec2<f32>, 4>(vec2(cosine, sine), vec2(-sine, cosine), vec2(-cosine, -sine), vec2(sine, -cosine));
  return sqrt(-2.0 * log) * turned[quarter & 3u][i & 1u];
}`,
};

/** The functions that `code` calls, and those that they call, each once. */
export function functionsFor(code: string): string {
  const needed = new Set<string>();
  const visit = (text: string): void => {
    for (const [name, source] of Object.entries(functions)) {
      if (needed.has(name) || !new RegExp(`\\b${name}\\(`).test(text)) continue;
      needed.add(name);
      visit(source);
    }
  };
  visit(code);
  return Object.entries(functions)
    .filter(([name]) => needed.has(name))
    .map(([, source]) => source)
    .join('');
}
