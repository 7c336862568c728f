// The type of a dictionary: as English has it, with words of its own.

import type { en } from "./en.ts";

type Words<T> = T extends string
  ? string
  : T extends (...args: infer Args) => string
    ? (...args: Args) => string
    : { readonly [Key in keyof T]: Words<T[Key]> };

/** The words of a language: the same members in each, checked by the compiler. */
export type Messages = Words<typeof en>;

/** A problem that the pages have words for. */
export type ProblemName = keyof Messages["problems"];

/** Something good that the sign-in page may say. */
export type NoticeName = keyof Messages["notices"];
