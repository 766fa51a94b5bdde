type Property = string | number | boolean | undefined | null;
type Child = Node | string | undefined;

/**
 * An element with properties and children. Text becomes text nodes: nothing in this page is ever made from a string of
 * HTML, so what a trainer printed cannot run.
 */
export function element(
  tag: string,
  set: Readonly<Record<string, Property>> = {},
  ...children: readonly Child[]
): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(set)) {
    if (value === undefined || value === false) continue;
    if (name.includes('-') || name === 'role' || name === 'slot' || name === 'for') {
      made.setAttribute(name, String(value));
    } else Reflect.set(made, name, value);
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** An element of the page itself. Throws when index.html does not have it. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no #${id}.`);
  return found;
}
