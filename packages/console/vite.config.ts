// How the console is built: relative URLs, so that it works under any path of an issuer, and hashed
// names, so that browsers keep its files for ever.

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  plugins: [react()],
  // The library is built with the console: nothing needs to be compiled before.
  resolve: { conditions: ["latchkey-source", "module", "browser", "production"] },
  build: {
    target: "es2022",
    // A file inlined as data: is one that the page's policy would have to let in.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    // What counts is the first load, gzipped; a test watches it.
    chunkSizeWarningLimit: 1000,
  },
});
