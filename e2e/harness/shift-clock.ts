// Loaded into a node with --import: its machine's clock is wrong by LATCHKEY_TEST_CLOCK milliseconds.

const offset = Number(process.env["LATCHKEY_TEST_CLOCK"] ?? 0);
const RealDate = Date;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + offset] : args, newTarget),
  get: (target, name, receiver) =>
    name === "now" ? () => RealDate.now() + offset : Reflect.get(target, name, receiver),
});
// The server refuses variables of its own prefix that it does not know.
delete process.env["LATCHKEY_TEST_CLOCK"];
