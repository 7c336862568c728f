// Colours as WCAG 2.2 judges them: relative luminance, contrast, and the nearest shade of a colour
// that can be read on another. So whatever accent an operator chooses, the pages stay readable.

/** Red, green and blue, each 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

const HEX = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i;

/** Parses `#rrggbb`; undefined for anything else. */
export function parseColor(text: string): Color | undefined {
  const found = HEX.exec(text);
  if (found === null) return undefined;
  const [, red = "", green = "", blue = ""] = found;
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)];
}

/** Writes `#rrggbb`. */
export function formatColor(color: Color): string {
  return `#${color.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** The contrast of two colours, 1 to 21; WCAG 2.2 "contrast ratio". */
export function contrast(one: Color, other: Color): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Mixes two colours; `share` of the second, 0 to 1. */
export function mix(one: Color, other: Color, share: number): Color {
  const part = (index: 0 | 1 | 2): number => one[index] * (1 - share) + other[index] * share;
  return [part(0), part(1), part(2)];
}

/**
 * Moves a colour towards another until it reaches a contrast on every ground; a colour that has it
 * already stays.
 */
export function readableOn(
  color: Color,
  { grounds, towards, ratio }: { grounds: readonly Color[]; towards: Color; ratio: number },
): Color {
  for (let step = 0; step <= 100; step++) {
    // As it will be written: a rounded colour may lose a little contrast.
    const shade = mix(color, towards, step / 100).map(Math.round) as unknown as Color;
    if (grounds.every((ground) => contrast(shade, ground) >= ratio)) return shade;
  }
  return towards;
}

function luminance(color: Color): number {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}
