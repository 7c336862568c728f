// How the console looks: Mantine's parts with our colours and measures. The accent is that of the
// hosted pages, so that signing in and the console are one product.

import { createTheme, type CSSVariablesResolver } from "@mantine/core";

const FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif';

/** The theme. */
export const theme = createTheme({
  primaryColor: "indigo",
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
    "--lk-page": "#101317",
    "--lk-card": "#191d23",
    "--lk-edge": "#2c323b",
    "--lk-good": "#6fd394",
    "--lk-bad": "#ff8a80",
  },
});
