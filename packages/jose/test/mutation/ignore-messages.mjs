// @ts-check
// Leaves the wording of error messages out of mutation testing: programs read codes and members, and
// messages are fixed texts whose only rule (to hold nothing of a token) has tests of its own.

import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

/** Where each maker of errors takes its message. */
const MESSAGE_AT = new Map([
  ["JoseError", [1]],
  ["TypeError", [0]],
  ["refused", [0]],
  ["malformed", [0]],
]);

/** @param {any} path a path of Babel's, whose types are not among our dependencies */
function isMessage(path) {
  const { node, parent } = path;
  if (node.type !== "StringLiteral" && node.type !== "TemplateLiteral") return false;
  if (parent?.type !== "NewExpression" && parent?.type !== "CallExpression") return false;
  const at = parent.arguments.indexOf(node);
  const { name } = parent.callee;
  // `invalid` has the member and the message in either order; a message is several words.
  if (name === "invalid") {
    return node.type === "TemplateLiteral" || /\s/.test(node.value);
  }
  return MESSAGE_AT.get(name)?.includes(at) ?? false;
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, "messages", {
    shouldIgnore: (path) => (isMessage(path) ? "the wording of an error" : undefined),
  }),
];
