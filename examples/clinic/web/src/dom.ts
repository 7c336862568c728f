// Builds the page out of elements and text. No HTML is ever parsed, so nothing that somebody typed can
// become markup; the page's policy (src/front-end.ts) forbids it to the browser as well.

/** What an element can contain. */
export type Child = Node | string | null;

/** What an element can be given. */
export interface Attributes {
  readonly [name: string]: string | boolean | ((event: Event) => void) | undefined;
}

/**
 * Makes an element. `on...` attributes are listeners; true sets an attribute without a value.
 *
 * @example
 * ```ts
 * h("button", { type: "button", onclick: () => location.reload() }, "Again");
 * ```
 */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (typeof value === "string") element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A labelled field. */
export function field(label: string, input: HTMLInputElement | HTMLSelectElement): HTMLElement {
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input);
}

/** A card with a heading. */
export function card(title: string, ...children: readonly Child[]): HTMLElement {
  const id = `card-${title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  return h(
    "section",
    { class: "card", "aria-labelledby": id },
    h("h2", { id }, title),
    ...children,
  );
}

/** A place for what happened: read out when it changes. */
export function messageBox(): {
  readonly element: HTMLElement;
  show(text: string, isGood?: boolean): void;
} {
  const element = h("div", { role: "status" });
  return {
    element,
    show: (text, isGood = false) => {
      const kind = isGood ? "message good" : "message";
      element.replaceChildren(text === "" ? "" : h("p", { class: kind }, text));
    },
  };
}
