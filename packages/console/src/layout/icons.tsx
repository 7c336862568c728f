// The console's icons: 24 by 24, one stroke, in the colour of the text. Drawn for this console, and
// always beside a word, so they are hidden from screen readers.

import type { ReactElement } from "react";

const PATHS = {
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20a7.5 7.5 0 0 1 15 0",
  shield: "M12 3 5 5.5v5.8c0 4.3 2.9 7.8 7 9.2 4.1-1.4 7-4.9 7-9.2V5.5L12 3Zm-2.8 8.8 2 2 3.8-4",
  device: "M4 5h16v11H4zM9 20h6M12 16v4",
  phone: "M8 3h8v18H8zM11 18h2",
  activity: "M3 12h4l3-7 4 14 3-7h4",
  box: "M4 8l8-4 8 4v8l-8 4-8-4V8Zm0 0 8 4 8-4M12 12v8",
  plot: "M4 20V4M4 20h16M8 15l3.5-4 3 2.5L20 7",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.4a3.5 3.5 0 0 1 0 6.3M18 14.2a6.5 6.5 0 0 1 3.5 5.8",
  tag: "M4 4h7l9 9-7 7-9-9V4Zm4 4h.01",
  key: "M8 15a4 4 0 1 1 3.9-5H21v4h-3v-2h-3v2h-3.1A4 4 0 0 1 8 15Zm0-4h.01",
  ban: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM5.7 5.7l12.6 12.6",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  mail: "M4 6h16v12H4zM4 7l8 6 8-6",
  sliders: "M5 4v7M5 15v5M12 4v3M12 11v9M19 4v9M19 17v3M3 13h4M10 9h4M17 15h4",
  lens: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM20 20l-4-4",
  plug: "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0V8ZM12 17v4",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  leave: "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
  globe:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M12 3c2.5 2.6 3.8 5.6 3.8 9s-1.3 6.4-3.8 9c-2.5-2.6-3.8-5.6-3.8-9S9.5 5.6 12 3Z",
  plus: "M12 5v14M5 12h14",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  check: "M5 12.5 10 17 19 7",
  cross: "M6 6l12 12M18 6 6 18",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  down: "M12 4v12M7 11l5 5 5-5M5 20h14",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** An icon. @param size - pixels */
export function Icon({
  name,
  size = 20,
}: {
  readonly name: IconName;
  readonly size?: number;
}): ReactElement {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === "more" ? 3 : 1.7}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      style={{ flexShrink: 0 }}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
