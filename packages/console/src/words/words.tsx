// The console's language: texts are written in English where they are used, and other languages
// are dictionaries from that English, loaded when they are asked for. What a dictionary lacks stays
// English.

import {
  createContext,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
} from "react";
import { base } from "../session/base.ts";

/** The languages. */
export const LANGUAGES = { en: "English", de: "Deutsch", fr: "Français" } as const;

/** A language of the console. */
export type Language = keyof typeof LANGUAGES;

/** A dictionary: English text -> text. `{name}` stands for a value. */
export type Dictionary = Readonly<Record<string, string>>;

/** Says a text, with its values put in. */
export type Say = (text: string, values?: Readonly<Record<string, string | number>>) => string;

interface Words {
  readonly t: Say;
  readonly language: Language;
  /** The tag that times and numbers are written by: the reader's own of this language. */
  readonly locale: string;
  readonly setLanguage: (language: Language) => void;
}

const WordsContext = createContext<Words | undefined>(undefined);

/** Gives everything below it a language. */
export function WordsProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [language, setLanguage] = useState<Language>(selectLanguage);
  const [dictionary, setDictionary] = useState<Dictionary>({});

  useEffect(() => {
    let isCurrent = true;
    const load = async (): Promise<void> => {
      const loaded = await loadDictionary(language);
      if (!isCurrent) return;
      setDictionary(loaded);
      document.documentElement.lang = language;
    };
    void load();
    return () => {
      isCurrent = false;
    };
  }, [language]);

  const words = useMemo<Words>(
    () => ({
      t: (text, values) => fill(dictionary[text] ?? text, values),
      language,
      locale: navigator.languages.find((tag) => tag.startsWith(language)) ?? language,
      setLanguage: (next) => {
        rememberLanguage(next);
        setLanguage(next);
      },
    }),
    [dictionary, language],
  );
  return <WordsContext value={words}>{children}</WordsContext>;
}

/** The texts in the reader's language. */
export function useWords(): Words {
  const words = useContext(WordsContext);
  if (words === undefined) throw new Error("useWords outside of WordsProvider");
  return words;
}

/** Puts values into a text: `fill("{n} left", { n: 3 })`. */
export function fill(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return text.replaceAll(/\{(\w+)\}/g, (mark, name: string) => String(values[name] ?? mark));
}

// The server wrote it into the page: chosen here or on a hosted page, else what the browser asks for.
function selectLanguage(): Language {
  const written = document.documentElement.lang;
  return isLanguage(written) ? written : "en";
}

// By the server's cookie, which its hosted pages read too; no script can.
function rememberLanguage(language: Language): void {
  const page = `${base}/account?lang=${language}`;
  // Without it the choice holds until the page is loaded again, which is no reason to say anything.
  fetch(page, { headers: { Accept: "text/html" }, keepalive: true }).catch(() => undefined);
}

function isLanguage(text: string): text is Language {
  return Object.hasOwn(LANGUAGES, text);
}

async function loadDictionary(language: Language): Promise<Dictionary> {
  if (language === "en") return {};
  const { dictionary } = await import("./dictionary.ts");
  const place = language === "de" ? 0 : 1;
  return Object.fromEntries(
    Object.entries(dictionary).map(([english, translations]) => [english, translations[place]]),
  );
}
