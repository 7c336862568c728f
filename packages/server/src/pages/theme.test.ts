import { describe, expect, it } from "vitest";
import { contrast, parseColor } from "./colors.ts";
import { isLogo, themeStyles } from "./theme.ts";

/** The properties of each scheme, as a browser reads them. */
function schemesOf(accent: string): readonly ReadonlyMap<string, string>[] {
  const styles = themeStyles({ accent, logo: null });
  return styles
    .split("@media")
    .map(
      (part) =>
        new Map(
          [...part.matchAll(/--([a-z-]+):(#[0-9a-f]{6})/g)].map(([, a = "", b = ""]) => [a, b]),
        ),
    );
}

function ratio(scheme: ReadonlyMap<string, string>, one: string, other: string): number {
  const [a, b] = [one, other].map((name) => parseColor(scheme.get(name) ?? ""));
  if (a === undefined || b === undefined) throw new Error(`no ${one} or ${other}`);
  return contrast(a, b);
}

describe("contrast (WCAG 2.2)", () => {
  it("of black and white is 21, of a colour and itself 1", () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
    expect(contrast([1, 2, 3], [1, 2, 3])).toBe(1);
    // Known from the field: the lightest grey that can be read on white.
    expect(contrast([118, 118, 118], [255, 255, 255])).toBeGreaterThan(4.5);
    expect(contrast([119, 119, 119], [255, 255, 255])).toBeLessThan(4.5);
  });

  it.each(["#3b5bdb", "#000000", "#ffffff", "#ffff00", "#00ff88", "#777777", "#8b0000", "#f4f5f7"])(
    "is enough everywhere with the accent %s",
    (accent) => {
      const schemes = schemesOf(accent);
      expect(schemes).toHaveLength(2);
      const tooLow: string[] = [];
      for (const scheme of schemes) {
        const check = (one: string, other: string, least: number): void => {
          const found = ratio(scheme, one, other);
          if (found < least) tooLow.push(`${one} on ${other}: ${found}`);
        };
        for (const ground of ["page", "card"]) {
          for (const text of ["ink", "quiet", "link"]) check(text, ground, 4.5);
          for (const shape of ["accent-edge", "focus"]) check(shape, ground, 3);
        }
        for (const button of ["accent", "accent-hover"]) check("on-accent", button, 4.5);
        for (const tint of ["bad-tint", "good-tint"]) check("ink", tint, 4.5);
        for (const ground of ["card", "field"]) check("line", ground, 3);
        check("bad", "card", 3);
      }
      expect(tooLow).toEqual([]);
    },
  );
});

describe("what an operator may write", () => {
  it.each(["#12345", "#1234567", "red", "#12345g", "#fff", "red;}", "", "#123456;x"])(
    "is no accent: %j",
    (accent) => {
      expect(parseColor(accent)).toBeUndefined();
      expect(() => themeStyles({ accent, logo: null })).toThrow(TypeError);
    },
  );

  it.each(["/logo.svg", "https://cdn.example/a.png?v=1", "data:image/png;base64,iVBORw0KGgo="])(
    "is a logo: %s",
    (logo) => expect(isLogo(logo)).toBe(true),
  );

  it.each([
    "",
    "logo.svg",
    "//cdn.example/a.png",
    "http://cdn.example/a.png",
    "javascript:alert(1)",
    "data:text/html;base64,PGI+",
    "data:image/svg+xml,<svg onload=alert(1)>",
    'https://cdn.example/a.png"onerror="x',
    "https://cdn.example/a.png;script-src *",
    "https://cdn.example/a b.png",
    "https://cdn.example/a,b.png",
    "/a\nb",
  ])("is no logo: %j", (logo) => expect(isLogo(logo)).toBe(false));
});
