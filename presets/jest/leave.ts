// Global setup and teardown are two modules; what one leaves for the other hangs on the main process's global object.
const LEAVE = Symbol.for("hindsight-testkit.jest.leave");
const holder = globalThis as typeof globalThis & { [LEAVE]?: (() => Promise<void>)[] };

export function leaveLater(leave: () => Promise<void>): void {
  holder[LEAVE] ??= [];
  holder[LEAVE].push(leave);
}

export async function leaveNow(): Promise<void> {
  const all = holder[LEAVE]?.splice(0) ?? [];
  for (const leave of all) await leave();
}
