import type { Action, ActionGroup } from '../commands/command.js';

/** Where a custom_id leads. */
export interface Route {
  /** `namespace:action`, for logs and the audit. */
  readonly name: string;
  readonly action: Action;
  readonly args: readonly string[];
}

/** Finds the action of a custom_id. Undefined for one that is not, or no longer, known: anyone can send anything. */
export type Router = (customId: string) => Route | undefined;

/** Throws when two groups share a namespace: one of them could never be reached. */
export function createRouter(groups: readonly ActionGroup[]): Router {
  const actions = new Map<string, Action>();
  const namespaces = new Set<string>();
  for (const group of groups) {
    if (namespaces.has(group.namespace)) throw new Error(`Two action groups are named ${group.namespace}.`);
    namespaces.add(group.namespace);
    for (const [name, action] of Object.entries(group.actions)) {
      actions.set(`${group.namespace}:${name}`, action);
    }
  }
  return (customId) => {
    const [namespace = '', name = '', ...args] = customId.split(':');
    const key = `${namespace}:${name}`;
    const action = actions.get(key);
    return action && { name: key, action, args };
  };
}
