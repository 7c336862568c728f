// How the pages look: a name, a logo and one colour from the configuration. Everything else follows
// from them, in light and in dark, with the contrast that WCAG 2.2 AA asks for. What an operator
// writes is checked here, so nothing of it can end a rule, an attribute or a policy early.

import { type Color, contrast, formatColor, mix, parseColor, readableOn } from "./colors.ts";

/** What can be configured. */
export interface ThemeConfig {
  /** `#rrggbb` of buttons and links. */
  readonly accent?: string;
  /**
   * An image beside the name: a path on the issuer's origin, an https URL, or a `data:` URL of a
   * PNG, JPEG, WebP or SVG image.
   */
  readonly logo?: string;
}

/** A checked theme. */
export interface Theme {
  /** `#rrggbb`. */
  readonly accent: string;
  readonly logo: string | null;
}

/** The accent when none is configured. */
export const DEFAULT_ACCENT = "#3b5bdb";

/** Characters of a logo's URL; a `data:` URL may hold a small image. */
export const MAX_LOGO_LENGTH = 65_536;

const DATA_IMAGE = /^data:image\/(?:png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/;
const PLAIN_URL = /^[A-Za-z0-9._~:/?#@!$&()*+=%-]+$/;

/** Tells whether a logo can be shown. */
export function isLogo(text: string): boolean {
  if (text.length > MAX_LOGO_LENGTH) return false;
  if (DATA_IMAGE.test(text)) return true;
  if (!PLAIN_URL.test(text)) return false;
  if (text.startsWith("/")) return !text.startsWith("//");
  return URL.canParse(text) && new URL(text).protocol === "https:";
}

/** What the image policy must allow for the logo. */
export function logoSource(theme: Theme): string {
  if (theme.logo === null || theme.logo.startsWith("/")) return "";
  return theme.logo.startsWith("data:") ? " data:" : ` ${new URL(theme.logo).origin}`;
}

const WHITE: Color = [255, 255, 255];
const BLACK: Color = [0, 0, 0];

/** Contrast of text; WCAG 2.2 1.4.3. */
const TEXT_CONTRAST = 4.5;

/** Contrast of edges of controls and of focus; WCAG 2.2 1.4.11. */
const SHAPE_CONTRAST = 3;

interface Ground {
  readonly page: string;
  readonly card: string;
  readonly towards: Color;
  readonly fixed: Readonly<Record<string, string>>;
}

const LIGHT: Ground = {
  page: "#f3f4f6",
  card: "#ffffff",
  towards: BLACK,
  fixed: {
    ink: "#191d23",
    quiet: "#555d69",
    edge: "#dfe2e7",
    line: "#868e99",
    field: "#ffffff",
    bad: "#b3261e",
    "bad-tint": "#fdf0ef",
    good: "#1b7a43",
    "good-tint": "#edf8f1",
  },
};

const DARK: Ground = {
  page: "#101317",
  card: "#191d23",
  towards: WHITE,
  fixed: {
    ink: "#e9ebee",
    quiet: "#a3abb6",
    edge: "#2c323b",
    line: "#737c8a",
    field: "#12161b",
    bad: "#ff8a80",
    "bad-tint": "#33191a",
    good: "#6fd394",
    "good-tint": "#14291d",
  },
};

/** The custom properties of a theme, for both schemes. */
export function themeStyles(theme: Theme): string {
  const accent = parseColor(theme.accent);
  if (accent === undefined) throw new TypeError("an accent is #rrggbb");
  return (
    `:root{color-scheme:light dark;${declarations(LIGHT, accent)}}` +
    `@media (prefers-color-scheme:dark){:root{${declarations(DARK, accent)}}}`
  );
}

function declarations(ground: Ground, accent: Color): string {
  const page = colorOf(ground.page);
  const card = colorOf(ground.card);
  const grounds = [page, card];
  const { towards } = ground;
  // A button keeps the operator's colour: its words can be read on it, and its edge be seen.
  const words = contrast(WHITE, accent) >= TEXT_CONTRAST ? WHITE : BLACK;
  const hover = mix(accent, words === WHITE ? BLACK : WHITE, 0.14);
  const edge = readableOn(accent, { grounds, towards, ratio: SHAPE_CONTRAST });
  const link = readableOn(accent, { grounds, towards, ratio: TEXT_CONTRAST });
  const all = {
    page: ground.page,
    card: ground.card,
    ...ground.fixed,
    accent: formatColor(accent),
    "accent-edge": formatColor(edge),
    "accent-hover": formatColor(hover),
    "on-accent": formatColor(words),
    link: formatColor(link),
    focus: formatColor(link),
  };
  return Object.entries(all)
    .map(([name, value]) => `--${name}:${value}`)
    .join(";");
}

function colorOf(text: string): Color {
  const color = parseColor(text);
  if (color === undefined) throw new TypeError("not a colour");
  return color;
}
