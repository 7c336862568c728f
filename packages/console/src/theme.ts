// How the console looks: Mantine's parts with our colours and measures. The accent is that of the
// hosted pages, so that signing in and the console are one product.

import { createTheme, type CSSVariablesResolver } from "@mantine/core";

const FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif';

/** The theme. */
export const theme = createTheme({
  primaryColor: "indigo",
  colors: {
    // Mantine's greys for the dark, in the blue of our surfaces.
    dark: [
      "#e9ebee",
      "#c3c9d2",
      "#a3abb6",
      "#7d8694",
      "#3a424d",
      "#2c323b",
      "#222831",
      "#191d23",
      "#12161b",
      "#0c0f13",
    ],
  },
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  fontFamily: FONT,
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  defaultRadius: "md",
  headings: {
    fontFamily: FONT,
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "1.625rem", lineHeight: "1.25" },
      h2: { fontSize: "1.125rem", lineHeight: "1.35" },
      h3: { fontSize: "1rem", lineHeight: "1.4" },
    },
  },
  components: {
    Badge: { defaultProps: { tt: "none", fw: 600 } },
  },
  cursorType: "pointer",
  respectReducedMotion: true,
});

/** Colours that Mantine's own do not reach WCAG AA with, and surfaces of the hosted pages. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-text": "#191d23",
    "--mantine-color-dimmed": "#555d69",
    "--mantine-color-placeholder": "#6b7280",
    "--mantine-color-error": "#b3261e",
    "--mantine-color-blue-light": "#edf2ff",
    "--mantine-color-blue-light-color": "#2b44b0",
    "--mantine-color-indigo-light": "#edf2ff",
    "--mantine-color-indigo-light-color": "#2b44b0",
    "--mantine-color-green-light": "#e6f5ec",
    "--mantine-color-green-light-color": "#14663a",
    "--mantine-color-red-light": "#fdecea",
    "--mantine-color-red-light-color": "#a32019",
    "--mantine-color-yellow-light": "#fdf3d7",
    "--mantine-color-yellow-light-color": "#6f5200",
    "--mantine-color-grape-light": "#f8edfc",
    "--mantine-color-grape-light-color": "#7a1f95",
    "--mantine-color-violet-light": "#f1edff",
    "--mantine-color-violet-light-color": "#5530b8",
    "--lk-page": "#f3f4f6",
    "--lk-card": "#ffffff",
    "--lk-edge": "#dfe2e7",
    "--lk-good": "#1b7a43",
    "--lk-bad": "#b3261e",
  },
  dark: {
    "--mantine-color-body": "#191d23",
    "--mantine-color-text": "#e9ebee",
    "--mantine-color-dimmed": "#a3abb6",
    "--mantine-color-placeholder": "#8d96a3",
    "--mantine-color-error": "#ff8a80",
    "--mantine-color-anchor": "#91a7ff",
    "--mantine-color-blue-light": "#1d2640",
    "--mantine-color-blue-light-color": "#bac8ff",
    "--mantine-color-indigo-light": "#222c4d",
    "--mantine-color-indigo-light-color": "#bac8ff",
    "--mantine-color-green-light": "#14291d",
    "--mantine-color-green-light-color": "#7fdba2",
    "--mantine-color-red-light": "#33191a",
    "--mantine-color-red-light-color": "#ff9a91",
    "--mantine-color-yellow-light": "#2e2712",
    "--mantine-color-yellow-light-color": "#f0cf6b",
    "--mantine-color-grape-light": "#2f1a36",
    "--mantine-color-grape-light-color": "#e5b3f2",
    "--mantine-color-violet-light": "#261f40",
    "--mantine-color-violet-light-color": "#c9b8ff",
    "--lk-page": "#101317",
    "--lk-card": "#191d23",
    "--lk-edge": "#2c323b",
    "--lk-good": "#6fd394",
    "--lk-bad": "#ff8a80",
  },
});
